import type { FaultTable } from '../entry.js'

export const CLI_FAULTS = {
  CLI_USAGE: {
    what: 'the command was not understood',
    blame: 'caller',
    cause: 'A command, flag or value does not exist, or two that exclude one another were given together.',
  },
  CLI_INPUT_MISSING: {
    what: 'something needed was not given',
    blame: 'caller',
    cause: 'A value has no default, and there is no terminal to ask on.',
  },
  CLI_FILE: {
    what: 'the file cannot be read',
    blame: 'environment',
    cause: 'The file does not exist, is a directory, may not be read, or is no UTF-8 text.',
    hint: 'check the path and its permissions',
  },
  CLI_FILE_SIZE: {
    what: 'the file is too large',
    blame: 'caller',
    cause: 'Text inputs are at most 8 MiB; a larger one is hardly what was meant.',
  },
  CLI_OUTPUT: {
    what: 'the file cannot be written',
    blame: 'environment',
    cause:
      'The folder does not exist or may not be written, or the disk is full. Files are written under a ' +
      'temporary name and moved into place, so nothing half-written is left.',
    hint: 'check the folder, its permissions and the free space, or give another --output',
  },
  CLI_OUTPUT_EXISTS: {
    what: 'the file exists already',
    blame: 'caller',
    cause: 'Files that are there are not replaced unless that is asked for.',
    hint: '--force replaces it',
  },
  CLI_CANCELLED: {
    what: 'cancelled',
    blame: 'caller',
    cause: 'A question was interrupted instead of answered. Nothing was changed.',
  },
  CLI_CHECK: {
    what: 'the check through the tunnel failed',
    blame: 'environment',
    cause:
      'Server, client and page run in one process on the loopback interface; something between them, a ' +
      'firewall or a security product for instance, cut or changed the connection.',
    hint: 'run again with --verbose to see the log of both ends',
  },
} as const satisfies FaultTable
