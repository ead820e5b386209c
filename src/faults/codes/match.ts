import type { FaultTable } from '../entry.js'

export const MATCH_FAULTS = {
  MATCH_DIFFERS: {
    what: 'server and client do not match',
    blame: 'caller',
    cause:
      'They differ in something on which both have to agree; each difference says which side to change. `--fix` prints the client as the server wants it.',
  },
} as const satisfies FaultTable
