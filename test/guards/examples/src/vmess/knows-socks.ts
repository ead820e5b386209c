// rejected by: siblings-codecs
import type { GREETING } from '../socks/greeting.js'

export type Known = typeof GREETING
