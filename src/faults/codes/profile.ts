import type { FaultTable } from '../entry.js'

export const PROFILE_FAULTS = {
  PROFILE_UNKNOWN: {
    what: 'no such profile',
    blame: 'caller',
    cause:
      'Nothing of this name is stored. Names are those that `vmess profile list` shows; case does not matter.',
    hint: 'vmess profile list shows the names',
  },
  PROFILE_NONE: {
    what: 'no profile is in use',
    blame: 'caller',
    cause:
      'A command that takes a profile was given none. One that is stored alone is in use; of several, the one that ' +
      '`vmess profile use` chose.',
    hint: 'choose one with: vmess profile use NAME',
  },
  PROFILE_NAME: {
    what: 'the profile cannot have this name',
    blame: 'caller',
    cause: 'A name is one line of at most 200 characters that can be seen, and belongs to one profile.',
  },
  PROFILE_DAMAGED: {
    what: 'the stored profile cannot be used',
    blame: 'environment',
    cause: 'The file of the profiles was changed by hand or by another program. The others are not affected.',
    hint: 'remove it and import it again',
  },
  PROFILE_STORE: {
    what: 'the file of the profiles cannot be used',
    blame: 'environment',
    cause:
      'It is not what this program wrote, or a later version of it did. Nothing is written over it; moved away, ' +
      'it is made anew.',
    hint: 'repair the file, or move it away',
  },
  PROFILE_LOCKED: {
    what: 'another program is changing the profiles',
    blame: 'environment',
    cause:
      'Changes are made by one program at a time. A lock of a program that has crashed is taken over after a few ' +
      'seconds; one that stays belongs to a program that still runs.',
    hint: 'try again once the other program has ended',
  },
} as const satisfies FaultTable
