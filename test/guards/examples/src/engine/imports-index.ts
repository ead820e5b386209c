// rejected by: index-is-last, layer-engine
import type { serve } from '../index.js'

export type Serve = typeof serve
