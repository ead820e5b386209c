// rejected by: builtins-adapters
import { argv } from 'node:process'

export const ARGUMENTS = argv
