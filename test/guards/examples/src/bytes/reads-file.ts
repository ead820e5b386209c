// rejected by: builtins-foundations, lint/style/noRestrictedImports
import { readFileSync } from 'node:fs'

export const read = readFileSync
