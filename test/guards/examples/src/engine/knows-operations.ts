// rejected by: layer-4
import type { Served } from '../operations/serve.js'

export type Known = Served
