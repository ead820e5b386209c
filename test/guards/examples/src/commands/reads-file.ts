// rejected by: builtins-commands
import { readFileSync } from 'node:fs'

export const read = readFileSync
