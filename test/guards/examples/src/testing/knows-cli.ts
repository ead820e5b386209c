// rejected by: layer-testing
import type { Base } from '../cli/base.js'

export type Known = Base
