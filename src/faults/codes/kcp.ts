import type { FaultTable } from '../entry.js'

export const KCP_FAULTS = {
  TRANSPORT_KCP_SILENT: {
    what: 'the other end of an mKCP connection is silent',
    blame: 'environment',
    cause:
      'UDP is blocked on the way, nothing listens there, or header type or seed differ: packets that do not fit are dropped without a word.',
    hint: 'compare header.type and seed of kcpSettings on both sides, and check that UDP passes',
  },
} as const satisfies FaultTable
