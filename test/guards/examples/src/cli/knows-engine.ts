// rejected by: reach-cli
import type { RUNNING } from '../engine/instance.js'

export type Known = typeof RUNNING
