import type { FaultTable } from '../entry.js'

export const VMESS_FAULTS = {
  VMESS_ID: {
    what: 'not a user id',
    blame: 'caller',
    cause: 'A user id is a UUID of 32 hex digits, with or without dashes, or a name of 1 to 30 bytes.',
    hint: 'make one with: vmess uuid',
  },
  VMESS_SECURITY: {
    what: 'unknown body cipher',
    blame: 'peer',
    cause: 'The request names a body cipher that no implementation sends, or one that this server refuses.',
    hint: 'use aes-128-gcm, chacha20-poly1305 or auto on the client',
  },
  VMESS_OPTIONS: {
    what: 'body options that do not go together',
    blame: 'peer',
    cause: 'The request sets padding without masking, or sends datagrams without chunks. Some servers crash on these.',
  },
  VMESS_CHUNK_SIZE: {
    what: 'a chunk announces an impossible size',
    blame: 'peer',
    cause: 'The size field is smaller than what sealing and padding need: the keys or options of the two ends differ, or the stream was altered on the way.',
  },
  VMESS_CHUNK_TAG: {
    what: 'a chunk is not authentic',
    blame: 'peer',
    cause: 'The stream was altered on the way, or the two ends disagree about cipher or options.',
  },
  VMESS_CHUNK_CHECKSUM: {
    what: 'the checksum of a chunk does not fit',
    blame: 'peer',
    cause: 'An aes-128-cfb stream was altered on the way, or the two ends disagree about its options.',
  },
} as const satisfies FaultTable
