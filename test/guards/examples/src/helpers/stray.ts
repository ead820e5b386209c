// rejected by: no-stray-file
export { FACT } from '../faults/fact.js'
