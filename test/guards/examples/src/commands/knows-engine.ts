// rejected by: reach-commands
import { RUNNING } from '../engine/instance.js'

export const running = RUNNING
