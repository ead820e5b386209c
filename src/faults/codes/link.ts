import type { FaultTable } from '../entry.js'

export const LINK_FAULTS = {} as const satisfies FaultTable
