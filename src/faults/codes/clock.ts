import type { FaultTable } from '../entry.js'

export const CLOCK_FAULTS = {
  CLOCK_UNKNOWN: {
    what: 'the right time could not be found out',
    blame: 'environment',
    cause:
      'No source of time answered properly, or those that did disagree and none of them is in the majority.',
    hint: 'name servers that can be reached: --server HOST, which may repeat',
  },
  CLOCK_SKEW: {
    what: 'the clock of this machine is wrong',
    blame: 'environment',
    cause:
      'It differs from the right time by more than --limit. VMess headers carry the time, and servers refuse those that are more than 120 s off; the time zone does not matter.',
    hint: 'turn on automatic time',
  },
} as const satisfies FaultTable
