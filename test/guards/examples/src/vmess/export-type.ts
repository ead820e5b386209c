// rejected by: lint/style/useExportType
import type { Head } from './head-of.js'

export { Head }
