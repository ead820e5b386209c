// rejected by: contracts-types-only, lint/style/useImportType
import { HEAD } from '../vmess/head.js'

export type Head = typeof HEAD
