// rejected by: not-resolvable
export { HEAD } from './haed.js'
