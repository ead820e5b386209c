// accepted
export { serve } from './operations/serve.js'
