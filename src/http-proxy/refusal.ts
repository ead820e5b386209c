/** What the proxy itself answers: that a tunnel stands, or why a request was not served. */
import type { Fault } from '../faults/fault.js'
import type { FaultCode } from '../faults/table.js'
import { encodeHead, type Field } from './head.js'

const REASONS = {
  400: 'Bad Request',
  403: 'Forbidden',
  407: 'Proxy Authentication Required',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
} as const

type Status = keyof typeof REASONS

const BY_FAULT: Partial<Record<FaultCode, Status>> = {
  HTTP_HEAD: 400,
  HTTP_TARGET: 400,
  HTTP_FRAMING: 400,
  HTTP_HEAD_SIZE: 431,
  HTTP_VERSION: 505,
  HTTP_LOGIN: 407,
  WIRE_TRUNCATED: 400,
  HTTP_UPSTREAM: 502,
  TRANSPORT_RESET: 502,
  DIAL_REFUSED: 502,
  DIAL_UNREACHABLE: 502,
  DIAL_NAME: 502,
  DIAL_TIMEOUT: 504,
  RELAY_IDLE: 504,
  RELAY_HALF_OPEN: 504,
  DIAL_BLOCKED: 403,
}

/** The answer to a CONNECT request whose flow is open; the tunnel begins behind it. */
export function encodeEstablished(): Uint8Array {
  return Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n')
}

/**
 * The answer that ends a connection: the status the fault deserves, its code and what it says. The
 * reason stays in the log, since it may name hosts that are no business of the application.
 */
export function encodeRefusal(fault: Fault): Uint8Array {
  const status = statusForFault(fault.code)
  const body = `${fault.code}: ${fault.what}\n`
  const login: readonly Field[] = status === 407 ? [['Proxy-Authenticate', 'Basic realm="proxy"']] : []
  const head = encodeHead({
    start: `HTTP/1.1 ${status} ${REASONS[status]}`,
    fields: [
      ...login,
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', String(Buffer.byteLength(body))],
      ['Connection', 'close'],
    ],
  })
  return Buffer.concat([head, Buffer.from(body)])
}

export function statusForFault(code: FaultCode): Status {
  return BY_FAULT[code] ?? 503
}
