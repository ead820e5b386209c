// rejected by: builtins-5
import { createInterface } from 'node:readline'

export const ask = createInterface
