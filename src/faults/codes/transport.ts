import type { FaultTable } from '../entry.js'

export const TRANSPORT_FAULTS = {
  TRANSPORT_LISTEN: {
    what: 'cannot listen',
    blame: 'environment',
    cause:
      'Another program uses the address, the address is not of this machine, or the port needs more rights.',
    hint: 'choose another address or port, or stop the program that uses it',
  },
  TRANSPORT_RESET: {
    what: 'the connection broke',
    blame: 'peer',
    cause: 'The peer, or something between, reset the connection instead of closing it.',
  },
} as const satisfies FaultTable
