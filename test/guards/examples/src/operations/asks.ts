// rejected by: builtins-operations
import { createInterface } from 'node:readline'

export const ask = createInterface
