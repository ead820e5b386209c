// rejected by: layer-1
import type { Pipe } from '../contracts/pipe.js'

export type Known = Pipe
