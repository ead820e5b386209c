import type { FaultTable } from '../entry.js'

/** Units that are cut short or too long, whatever the protocol. */
export const WIRE_FAULTS = {
  WIRE_SHORT: {
    what: 'a message ended inside a field',
    blame: 'peer',
    cause: 'The connection was cut, or a length field names more bytes than were sent.',
  },
  WIRE_TRAILING: {
    what: 'bytes follow the end of a message',
    blame: 'peer',
    cause: 'A length field names fewer bytes than were sent.',
  },
  WIRE_TOO_LONG: {
    what: 'a message is longer than allowed',
    blame: 'peer',
    cause: 'The peer sent more bytes for one message than its format permits.',
  },
  WIRE_TRUNCATED: {
    what: 'the connection ended inside a message',
    blame: 'peer',
    cause: 'The peer, or something between, closed the connection before the message was complete.',
  },
} as const satisfies FaultTable
