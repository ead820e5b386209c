// rejected by: layer-operations
import type { Base } from '../cli/base.js'

export type Known = Base
