// rejected by: builtins-2
import type { Socket } from 'node:net'

export type Raw = Socket
