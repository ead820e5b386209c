// accepted
import { FACT } from '../faults/fact.js'

export const HEAD = FACT
