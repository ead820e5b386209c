import type { FaultTable } from '../entry.js'

export const VMESS_FAULTS = {
  VMESS_ID: {
    what: 'not a user id',
    blame: 'caller',
    cause: 'A user id is a UUID of 32 hex digits, with or without dashes, or a name of 1 to 30 bytes.',
    hint: 'make one with: vmess uuid',
  },
} as const satisfies FaultTable
