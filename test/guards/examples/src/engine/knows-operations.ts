// rejected by: layer-engine
import type { Served } from '../operations/serve.js'

export type Known = Served
