import type { FaultTable } from '../entry.js'

/** What a SOCKS application can get wrong (RFC 1928, RFC 1929, the SOCKS 4 and 4a memos). */
export const SOCKS_FAULTS = {
  SOCKS_VERSION: {
    what: 'not a SOCKS connection',
    blame: 'peer',
    cause: 'The first byte is neither 4 nor 5: another protocol was spoken to the SOCKS port.',
    hint: 'check that the application is set to SOCKS and not to HTTP or TLS',
  },
  SOCKS_METHOD: {
    what: 'no common way to log in',
    blame: 'peer',
    cause: 'The application offers only ways to log in that this inbound does not accept.',
    hint: 'give the application a user name and password, or take them away, as the inbound is configured',
  },
  SOCKS_LOGIN: {
    what: 'the login was refused',
    blame: 'peer',
    cause: 'The user name or the password is not among the accounts of the inbound.',
    hint: 'compare the application with the accounts of the inbound',
  },
  SOCKS_COMMAND: {
    what: 'the command is not offered',
    blame: 'peer',
    cause:
      'The application asked for BIND, for UDP while UDP is off, or for a command that SOCKS does not define.',
    hint: 'switch UDP on in the inbound if the application needs it',
  },
  SOCKS_ADDRESS: {
    what: 'the destination cannot be read',
    blame: 'peer',
    cause: 'The address type is not defined, the name is empty, or it holds characters that no name has.',
  },
  SOCKS_FIELD: {
    what: 'a SOCKS message breaks its format',
    blame: 'peer',
    cause: 'A field that must have one value has another, or a text is longer than its format permits.',
  },
  SOCKS_FRAGMENT: {
    what: 'a UDP fragment was dropped',
    blame: 'peer',
    cause:
      'The application split a datagram; like nearly every SOCKS server this one does not join fragments.',
  },
} as const satisfies FaultTable
