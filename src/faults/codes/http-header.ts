import type { FaultTable } from '../entry.js'

/** What can go wrong with the HTTP disguise of tcp (protocol §9.2). */
export const HTTP_HEADER_FAULTS = {
  TRANSPORT_HTTP_HEAD: {
    what: 'the connection does not begin with an HTTP head',
    blame: 'peer',
    cause:
      'One side disguises its tcp connections as HTTP and the other does not, or something else speaks to the port.',
    hint: 'set header type http on both sides or on neither',
  },
  TRANSPORT_HTTP_PATH: {
    what: 'a client asks for a path that is not ours',
    blame: 'peer',
    cause: 'The path in the disguise of the client is not among those of the server, or a stranger knocks.',
    hint: 'use one path of the header settings on both sides; the query does not count, case does',
  },
  TRANSPORT_HTTP_REFUSED: {
    what: 'the server turned the disguised request away',
    blame: 'peer',
    cause:
      'A status of 404 means that the path differs from those of the server, 400 that the head or the VMess request behind it was refused.',
    hint: 'compare path, user id and clock with those of the server',
  },
} as const satisfies FaultTable
