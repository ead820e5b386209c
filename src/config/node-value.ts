/** What a tree of JSON says, as plain data. */
export { getNodeValue } from 'jsonc-parser'
