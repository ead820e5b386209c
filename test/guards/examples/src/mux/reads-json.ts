// rejected by: package-jsonc-parser
import { parse } from 'jsonc-parser'

export const read = parse
