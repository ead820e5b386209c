import { Fault } from '../faults/fault.js'
import type { FaultCode } from '../faults/table.js'
import { brokenTlsFault } from './tls-faults.js'

const DIAL_CODES: Readonly<Record<string, FaultCode>> = {
  ECONNREFUSED: 'DIAL_REFUSED',
  ETIMEDOUT: 'DIAL_TIMEOUT',
  ENETUNREACH: 'DIAL_UNREACHABLE',
  EHOSTUNREACH: 'DIAL_UNREACHABLE',
  EADDRNOTAVAIL: 'DIAL_UNREACHABLE',
  EAFNOSUPPORT: 'DIAL_UNREACHABLE',
  ENOTFOUND: 'DIAL_NAME',
  EAI_AGAIN: 'DIAL_NAME',
  EAI_FAIL: 'DIAL_NAME',
  ENOENT: 'DIAL_REFUSED',
  EMFILE: 'TRANSPORT_DESCRIPTORS',
  ENFILE: 'TRANSPORT_DESCRIPTORS',
}

const LISTEN_REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is in use',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'the address is not one of this machine',
}

/** The system's error of an attempt to connect to `target`. */
export function dialFault(error: Error, target: string): Fault {
  const code = errorCode(error)
  const known = DIAL_CODES[code]
  return new Fault(known ?? 'DIAL_FAILED', { why: `${target} (${code})`, cause: error })
}

/** The system's error on a connection that was open. */
export function brokenFault(error: Error): Fault {
  // A TLS alert may come long after the handshake, for instance for want of a certificate.
  return brokenTlsFault(error, 'the other side') ?? resetFault(error)
}

function resetFault(error: Error): Fault {
  return new Fault('TRANSPORT_RESET', { why: errorCode(error), cause: error })
}

/** The system's error of an attempt to listen at `place`. */
export function listenFault(error: Error, place: string): Fault {
  const code = errorCode(error)
  const reason = LISTEN_REASONS[code] ?? error.message
  return new Fault('TRANSPORT_LISTEN', { why: `${place}: ${reason} (${code})`, cause: error })
}

function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
