// rejected by: siblings-adapters
export { SENT } from '../outbound/vmess.js'
