import type { FaultTable } from '../entry.js'

export const INTERNAL_FAULTS = {
  INTERNAL_INVARIANT: {
    what: 'an internal rule was broken',
    blame: 'bug',
    cause: 'A mistake in this program, not in your configuration or network.',
    hint: 'please report it with the stack trace',
  },
} as const satisfies FaultTable
