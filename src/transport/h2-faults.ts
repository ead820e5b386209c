/** What Node and nghttp2 say about HTTP/2 sessions and streams, as faults. */
import { constants } from 'node:http2'
import { Fault } from '../faults/fault.js'
import { brokenFault } from './socket-faults.js'

/** nghttp2's and Node's words for peers that send too much of what costs them nothing. */
const FLOOD = /flood|too many|enhance|continuation/i

/** Error codes of RFC 9113 §7 by number. */
const CODE_NAMES: ReadonlyMap<number, string> = new Map(
  (
    [
      'NO_ERROR',
      'PROTOCOL_ERROR',
      'INTERNAL_ERROR',
      'FLOW_CONTROL_ERROR',
      'SETTINGS_TIMEOUT',
      'STREAM_CLOSED',
      'FRAME_SIZE_ERROR',
      'REFUSED_STREAM',
      'CANCEL',
      'COMPRESSION_ERROR',
      'CONNECT_ERROR',
      'ENHANCE_YOUR_CALM',
      'INADEQUATE_SECURITY',
      'HTTP_1_1_REQUIRED',
    ] as const
  ).map((name) => [constants[`NGHTTP2_${name}`], name]),
)

/** An error code as RFC 9113 calls it. */
export function nameOfCode(code: number): string {
  return CODE_NAMES.get(code) ?? `error code ${code}`
}

/** An error of a session or a stream. */
export function h2ErrorFault(error: Error): Fault {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  switch (code) {
    case 'ERR_HTTP2_ERROR':
    case 'ERR_HTTP2_TOO_MANY_INVALID_FRAMES':
    case 'ERR_HTTP2_SESSION_ERROR':
      return new Fault(FLOOD.test(error.message) ? 'TRANSPORT_H2_FLOOD' : 'TRANSPORT_H2_PROTOCOL', {
        why: error.message,
        cause: error,
      })
    default:
      return code.startsWith('ERR_HTTP2')
        ? new Fault('TRANSPORT_RESET', { why: error.message, cause: error })
        : brokenFault(error)
  }
}

/** A stream that was reset by the peer, or lost with its session. */
export function resetFault(code: number): Fault {
  const why =
    code === constants.NGHTTP2_NO_ERROR
      ? 'the connection under the HTTP/2 stream was lost'
      : `the HTTP/2 stream was reset: ${nameOfCode(code)}`
  return new Fault('TRANSPORT_RESET', { why })
}

/** The peer ends the whole session, and not because it has served its time. */
export function goawayFault(code: number): Fault {
  return new Fault('TRANSPORT_H2_GOAWAY', { why: nameOfCode(code) })
}
