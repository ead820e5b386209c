// rejected by: layer-6, reach-cli
import type Serve from '../commands/serve.js'

export type Known = Serve
