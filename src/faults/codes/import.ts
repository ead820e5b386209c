import type { FaultTable } from '../entry.js'

export const IMPORT_FAULTS = {
  IMPORT_PARTIAL: {
    what: 'some nodes were not imported',
    blame: 'caller',
    cause: 'The report says for each of them why. The others were stored.',
  },
  IMPORT_NOTHING: {
    what: 'nothing could be imported',
    blame: 'caller',
    cause: 'No source held a VMess server that can be used. The report says for each why.',
  },
} as const satisfies FaultTable
