// rejected by: builtins-tunnel
import { setTimeout as later } from 'node:timers'

export const wait = later
