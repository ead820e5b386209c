import type { FaultTable } from '../entry.js'

export const HTTP_FAULTS = {} as const satisfies FaultTable
