// rejected by: no-circular
import type { Hen } from './hen.js'

export type Egg = { readonly holds?: Hen }
