/** Servers that are known by their certificate instead of by who signed it (protocol §9.7). */
import type { TLSSocket } from 'node:tls'
import type { TlsConfig } from '../config/config.js'
import { chainPin } from '../crypto/certificate.js'
import { Fault } from '../faults/fault.js'

/** `X509Certificate` of `node:crypto`. */
export type SentCertificate = NonNullable<ReturnType<TLSSocket['getPeerX509Certificate']>>

/** Throws `TRANSPORT_TLS_PIN` unless the peer is one of those that are pinned, where some are. */
export function assertPinned(
  { pinnedCertificates, pinnedChains }: Pick<TlsConfig, 'pinnedCertificates' | 'pinnedChains'>,
  socket: TLSSocket,
): void {
  if (pinnedCertificates === undefined && pinnedChains === undefined) return
  const chain = sentChain(socket)
  if (pinnedCertificates !== undefined) {
    const found = fingerprintOf(chain)
    const wanted = pinnedCertificates.map((pin) => pin.replaceAll(':', '').toLowerCase())
    if (!wanted.includes(found)) refuse('the SHA-256 of its certificate', found)
  }
  // A resumed session carries no chain; it was looked at when the session began.
  if (pinnedChains !== undefined && !socket.isSessionReused()) {
    const found = chainPin(chain.map(({ raw }) => raw))
    if (!pinnedChains.includes(found)) refuse('the hash of its chain', found)
  }
}

/**
 * What the server sent, its own certificate first. Unlike `getPeerCertificate(true)` it does not go on with
 * authorities of this machine. To be called once for a socket: before Node 26 the second answer is empty.
 */
export function sentChain(socket: TLSSocket): SentCertificate[] {
  const chain: SentCertificate[] = []
  for (let at = socket.getPeerX509Certificate(); at !== undefined; at = at.issuerCertificate) chain.push(at)
  return chain
}

function refuse(what: string, found: string): never {
  throw new Fault('TRANSPORT_TLS_PIN', { why: `${what} is ${found === '' ? 'missing' : found}` })
}

/** Hex in lower case; empty for a peer without a certificate. */
function fingerprintOf([leaf]: readonly SentCertificate[]): string {
  return (leaf?.fingerprint256 ?? '').replaceAll(':', '').toLowerCase()
}
