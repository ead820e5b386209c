import type { FaultTable } from '../entry.js'

export const CLI_FAULTS = {} as const satisfies FaultTable
