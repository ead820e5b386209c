// rejected by: lint/style/useImportType
import { Head } from '../vmess/head-of.js'

export const head: Head = 1
