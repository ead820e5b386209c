// rejected by: index-is-last, layer-4
import type { serve } from '../index.js'

export type Serve = typeof serve
