// rejected by: builtins-0, lint/style/noRestrictedImports
import { readFileSync } from 'node:fs'

export const read = readFileSync
