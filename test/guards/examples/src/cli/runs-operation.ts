// rejected by: operations-types-only
import { serve } from '../operations/serve.js'

export const start = serve
