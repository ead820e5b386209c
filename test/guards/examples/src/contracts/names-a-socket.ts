// rejected by: builtins-contracts
import type { Socket } from 'node:net'

export type Raw = Socket
