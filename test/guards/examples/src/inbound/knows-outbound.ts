// rejected by: siblings-3
export { SENT } from '../outbound/vmess.js'
