// rejected by: layer-tunnel
export { dial } from '../transport/tcp.js'
