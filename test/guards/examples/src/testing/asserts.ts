// rejected by: builtins-testing
export { strict } from 'node:assert'
