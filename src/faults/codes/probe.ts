import type { FaultTable } from '../entry.js'

export const PROBE_FAULTS = {
  PROBE_ANSWER: {
    what: 'no answer came through the tunnel',
    blame: 'peer',
    cause:
      'The server was reached, but what came back is not the answer of a web server: it refused the user without ' +
      'a word, or cannot reach the address.',
    hint: 'check id, security, transport and path, and that the server reaches --url',
  },
  PROBE_NONE: {
    what: 'no server answered',
    blame: 'environment',
    cause: 'Each of them failed for the reason that is shown with it.',
  },
} as const satisfies FaultTable
