// rejected by: layer-5
import type { Base } from '../cli/base.js'

export type Known = Base
