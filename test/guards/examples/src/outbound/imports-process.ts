// rejected by: builtins-3
import { argv } from 'node:process'

export const ARGUMENTS = argv
