// rejected by: layer-0
import type { HEAD } from '../vmess/head.js'

export type Known = typeof HEAD
