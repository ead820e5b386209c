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
    cause:
      'The request sets padding without masking, or sends datagrams without chunks. Some servers crash on these.',
  },
  VMESS_CHUNK_SIZE: {
    what: 'a chunk announces an impossible size',
    blame: 'peer',
    cause:
      'The size field is smaller than what sealing and padding need: the keys or options of the two ends differ, or the stream was altered on the way.',
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
  VMESS_UNKNOWN_USER: {
    what: 'no user matches the request',
    blame: 'peer',
    cause:
      'The client has an id that this server does not know, a legacy header or a clock far off, or it does not speak VMess at all.',
    hint: 'compare the id and alterId of the client with those of the server',
  },
  VMESS_CLOCK_SKEW: {
    what: 'the time of a request is too far from our clock',
    blame: 'peer',
    cause:
      'A request names its time and is accepted within 120 seconds of the server clock. One of the two clocks is wrong.',
    hint: 'set the clocks of client and server by NTP; the time zone does not matter',
  },
  VMESS_REPLAY: {
    what: 'a request was seen before',
    blame: 'peer',
    cause:
      'The same header arrived twice: somebody recorded it and probes this server, or a program on the way repeats connections.',
  },
  VMESS_REPLAY_LIMIT: {
    what: 'too many requests to remember',
    blame: 'environment',
    cause:
      'What was accepted lately must be remembered to refuse repetitions, and the memory for it is full. New requests are refused until the oldest are forgotten.',
    hint: 'spread the users over several servers',
  },
  VMESS_LEGACY_TAINTED: {
    what: 'a legacy header uses a second that was burned',
    blame: 'peer',
    cause:
      'A header with the same id and second was repeated or damaged before. Legacy headers are not authentic, so the whole second is refused.',
    hint: 'set alterId to 0 on the client, which makes it use AEAD headers',
  },
  VMESS_HEADER_LENGTH_TAG: {
    what: 'the sealed length of a request header does not open',
    blame: 'peer',
    cause: 'The request was altered on the way, or an auth ID was copied in front of other bytes.',
  },
  VMESS_HEADER_TAG: {
    what: 'the sealed request header does not open',
    blame: 'peer',
    cause: 'The request was altered on the way.',
  },
  VMESS_HEADER_LENGTH: {
    what: 'a header has an impossible length',
    blame: 'peer',
    cause: 'The length opens, but no VMess header is that short or that long.',
  },
  VMESS_CHECKSUM: {
    what: 'the checksum of a request header does not fit',
    blame: 'peer',
    cause: 'The header was altered on the way, or written by a faulty client.',
  },
  VMESS_VERSION: {
    what: 'unknown VMess version',
    blame: 'peer',
    cause: 'The first byte of a request header is always 1.',
  },
  VMESS_COMMAND: {
    what: 'unknown command',
    blame: 'peer',
    cause: 'A request asks for tcp, udp or mux. Command 4 belongs to VLESS.',
  },
  VMESS_ADDRESS_TYPE: {
    what: 'unknown address type',
    blame: 'peer',
    cause: 'A destination is an IPv4 address, a domain or an IPv6 address.',
  },
  VMESS_DOMAIN: {
    what: 'not a domain that VMess can carry',
    blame: 'peer',
    cause:
      'A domain has 1 to 255 letters, digits, dots, dashes and underscores. International names are sent as punycode.',
    hint: 'write international names as punycode (xn--...)',
  },
  VMESS_RESPONSE_LENGTH_TAG: {
    what: 'the sealed length of the response header does not open',
    blame: 'peer',
    cause: 'The answer was altered on the way, or what answers is not the VMess server of this id.',
  },
  VMESS_RESPONSE_TAG: {
    what: 'the sealed response header does not open',
    blame: 'peer',
    cause: 'The answer was altered on the way.',
  },
  VMESS_RESPONSE_CHECK: {
    what: 'the response does not belong to our request',
    blame: 'peer',
    cause:
      'A response repeats the check byte of its request. With a legacy header this is also how a wrong server shows.',
  },
  VMESS_NO_RESPONSE: {
    what: 'the server closed without an answer',
    blame: 'peer',
    cause:
      'The server did not accept the request and, as it should, does not say why: the clocks differ by more than ' +
      'two minutes, the id is not one of its users, one side uses alterId 0 and the other not, or the port is not ' +
      'VMess over this transport. The server log tells which.',
    hint: 'compare the clocks first, then the id, then alterId, then port and transport',
  },
} as const satisfies FaultTable
