// rejected by: builtins-matching, lint/style/noRestrictedImports
import { readFileSync } from 'node:fs'

export const read = readFileSync
