// rejected by: only-src
import { PAIR } from '../../test/support/pair.js'

export const TWO = PAIR
