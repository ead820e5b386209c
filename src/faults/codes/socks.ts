import type { FaultTable } from '../entry.js'

export const SOCKS_FAULTS = {} as const satisfies FaultTable
