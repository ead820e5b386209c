import type { FaultTable } from '../entry.js'

export const RELAY_FAULTS = {} as const satisfies FaultTable
