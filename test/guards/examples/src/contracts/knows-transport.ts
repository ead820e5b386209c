// rejected by: layer-contracts
import type { dial } from '../transport/tcp.js'

export type Dial = typeof dial
