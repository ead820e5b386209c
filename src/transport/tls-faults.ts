/** What OpenSSL and Node say about a failed handshake, as faults that name the side that has to change. */
import type { Socket } from 'node:net'
import { Fault } from '../faults/fault.js'
import type { FaultCode } from '../faults/table.js'

/** Node's codes for what is wrong with a certificate. */
const CERTIFICATE_CODES: Readonly<Record<string, FaultCode>> = {
  CERT_HAS_EXPIRED: 'TRANSPORT_TLS_EXPIRED',
  CERT_NOT_YET_VALID: 'TRANSPORT_TLS_EXPIRED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TRANSPORT_TLS_NAME',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TRANSPORT_TLS_UNTRUSTED',
  SELF_SIGNED_CERT_IN_CHAIN: 'TRANSPORT_TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT: 'TRANSPORT_TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TRANSPORT_TLS_UNTRUSTED',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TRANSPORT_TLS_UNTRUSTED',
  CERT_UNTRUSTED: 'TRANSPORT_TLS_UNTRUSTED',
  CERT_SIGNATURE_FAILURE: 'TRANSPORT_TLS_UNTRUSTED',
  CERT_CHAIN_TOO_LONG: 'TRANSPORT_TLS_UNTRUSTED',
  CERT_REVOKED: 'TRANSPORT_TLS_UNTRUSTED',
  INVALID_CA: 'TRANSPORT_TLS_UNTRUSTED',
  INVALID_PURPOSE: 'TRANSPORT_TLS_UNTRUSTED',
  PATH_LENGTH_EXCEEDED: 'TRANSPORT_TLS_UNTRUSTED',
}

/** OpenSSL's reasons for bytes that are no TLS record at all. */
const PLAIN = /WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|PACKET_LENGTH_TOO_LONG/
const ALERT = /ALERT_([A-Z_]+)$/
const CLOSED: readonly string[] = ['ECONNRESET', 'EPIPE']

/** Why a handshake with a server failed. `name` is whom we asked for. */
export function dialledTlsFault(error: Error, name: string): Fault {
  const code = codeOf(error)
  const certificate = CERTIFICATE_CODES[code]
  if (certificate !== undefined) return new Fault(certificate, { why: `${name} (${code})`, cause: error })
  return (
    brokenTlsFault(error, name) ??
    new Fault('TRANSPORT_TLS_HANDSHAKE', { why: reasonOf(error, name), cause: error })
  )
}

/** Why the handshake of a client failed that connected to us; `known`: its address, if the socket has none. */
export function acceptedTlsFault(error: Error, socket: Socket, known?: string): Fault {
  const name = socket.remoteAddress ?? known ?? 'a client'
  const rejected: unknown = 'authorizationError' in socket ? socket.authorizationError : undefined
  const refused = typeof rejected === 'string' && rejected !== '' ? rejected : codeOf(error)
  if (refused !== codeOf(error) || refused.endsWith('DID_NOT_RETURN_A_CERTIFICATE')) {
    return new Fault('TRANSPORT_TLS_CLIENT', { why: `${name} (${refused})`, cause: error })
  }
  return (
    brokenTlsFault(error, name) ??
    new Fault('TRANSPORT_TLS_HANDSHAKE', { why: reasonOf(error, name), cause: error })
  )
}

/** An alert, or bytes that are no TLS; undefined for any other error. Alerts also come after a handshake. */
export function brokenTlsFault(error: Error, name: string): Fault | undefined {
  const code = codeOf(error)
  if (!code.startsWith('ERR_SSL_') && code !== 'EPROTO') return undefined
  const reason = code === 'EPROTO' ? error.message : code
  const alert = ALERT.exec(reason)?.[1]
  if (alert !== undefined) {
    const words = alert.toLowerCase().replaceAll('_', ' ')
    return new Fault('TRANSPORT_TLS_ALERT', { why: `${name} says: ${words}`, cause: error })
  }
  if (PLAIN.test(reason)) return new Fault('TRANSPORT_TLS_PLAIN', { why: `${name} (${code})`, cause: error })
  return new Fault('TRANSPORT_TLS_HANDSHAKE', { why: `${name} (${code})`, cause: error })
}

/** What OpenSSL says to PEM that it cannot read, or to a key that belongs to another certificate. */
export function filesFault(error: unknown): Fault {
  const why = error instanceof Error ? error.message : String(error)
  return new Fault('TRANSPORT_TLS_FILES', { why, cause: error })
}

function reasonOf(error: Error, name: string): string {
  const code = codeOf(error)
  if (CLOSED.includes(code)) return `${name} closed the connection during the handshake`
  if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return `${name} did not finish in time`
  return `${name} (${code})`
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
