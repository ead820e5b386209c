// rejected by: builtins-7
import { readFileSync } from 'node:fs'

export const read = readFileSync
