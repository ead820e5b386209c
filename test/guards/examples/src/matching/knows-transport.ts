// rejected by: layer-matching
export { dial } from '../transport/tcp.js'
