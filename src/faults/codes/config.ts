import type { FaultTable } from '../entry.js'

export const CONFIG_FAULTS = {} as const satisfies FaultTable
