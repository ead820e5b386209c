import type { FaultTable } from '../entry.js'

export const PAIR_FAULTS = {
  PAIR_FORMAT: {
    what: 'the format cannot describe this pair',
    blame: 'caller',
    cause:
      'Each core has transports and settings of its own; a file that leaves one out would describe another ' +
      'tunnel, and one that names it would be refused or misread.',
    hint: 'choose another --format, or another transport',
  },
  PAIR_VALUE: {
    what: 'a value cannot be used for a pair',
    blame: 'caller',
    cause: 'An address, port, path, name or id is malformed, or two choices exclude one another.',
  },
} as const satisfies FaultTable
