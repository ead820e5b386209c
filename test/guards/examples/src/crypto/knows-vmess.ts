// rejected by: layer-foundations
import type { HEAD } from '../vmess/head.js'

export type Known = typeof HEAD
