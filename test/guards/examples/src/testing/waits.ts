// rejected by: builtins-testing
import { setTimeout as later } from 'node:timers/promises'

export const wait = later
