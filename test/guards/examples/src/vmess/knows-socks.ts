// rejected by: siblings-1
import type { GREETING } from '../socks/greeting.js'

export type Known = typeof GREETING
