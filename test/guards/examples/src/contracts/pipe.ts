// accepted
import type { Head } from '../mux/head-type.js'

export type Pipe = { readonly head: Head }
