import type { FaultTable } from '../entry.js'

export const VERSION_FAULTS = {
  VERSION_CHECK: {
    what: 'the registry could not say which version is the newest',
    blame: 'environment',
    cause:
      'It was not reached, or its answer is none of a registry of packages. The program works as it is; without --check nothing is asked.',
    hint: 'HTTPS_PROXY and NO_PROXY are obeyed; --registry URL names another registry',
  },
} as const satisfies FaultTable
