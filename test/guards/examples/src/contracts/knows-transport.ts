// rejected by: layer-2
import type { dial } from '../transport/tcp.js'

export type Dial = typeof dial
