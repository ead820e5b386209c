// rejected by: lint/correctness/useImportExtensions
export { HEAD } from './head'
