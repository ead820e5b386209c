// rejected by: layer-terminal, reach-cli
import type Serve from '../commands/serve.js'

export type Known = Serve
