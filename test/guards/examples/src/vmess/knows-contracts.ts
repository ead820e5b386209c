// rejected by: layer-codecs
import type { Pipe } from '../contracts/pipe.js'

export type Known = Pipe
