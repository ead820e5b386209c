// rejected by: index-without-terminal
export { Base } from './cli/base.js'
