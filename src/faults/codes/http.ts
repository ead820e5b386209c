import type { FaultTable } from '../entry.js'

/** What an HTTP proxy application, or the web server behind it, can get wrong (RFC 9110, RFC 9112). */
export const HTTP_FAULTS = {
  HTTP_HEAD: {
    what: 'not an HTTP message',
    blame: 'peer',
    cause:
      'The start line or a header breaks the format of HTTP/1.1: another protocol was spoken to the port.',
    hint: 'check that the application is set to HTTP proxy and not to SOCKS or HTTPS',
  },
  HTTP_HEAD_SIZE: {
    what: 'the head of a message is too long',
    blame: 'peer',
    cause: 'Start line and headers together exceed the limit.',
  },
  HTTP_VERSION: {
    what: 'this version of HTTP is not spoken here',
    blame: 'peer',
    cause: 'Only HTTP/1.0 and HTTP/1.1 are understood.',
  },
  HTTP_TARGET: {
    what: 'the request names no destination',
    blame: 'peer',
    cause:
      'A proxy expects `CONNECT host:port` or a whole `http://` address; a web server expects only a path.',
    hint: 'use this port as a proxy, not as a web server',
  },
  HTTP_FRAMING: {
    what: 'the length of a message is ambiguous',
    blame: 'peer',
    cause: 'Content-Length and Transfer-Encoding contradict each other, are repeated, or cannot be read.',
  },
  HTTP_LOGIN: {
    what: 'the proxy wants a login',
    blame: 'peer',
    cause:
      'The request carries no user name and password, or ones that are not among the accounts of the inbound.',
    hint: 'compare the application with the accounts of the inbound',
  },
  HTTP_UPSTREAM: {
    what: 'the web server gave no answer that can be passed on',
    blame: 'peer',
    cause: 'It closed the connection before a complete response head, or what it sent is not HTTP.',
  },
} as const satisfies FaultTable
