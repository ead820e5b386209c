/** Servers that are known by their certificate instead of by who signed it (protocol §9.7). */
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { TlsConfig } from '../config/config.js'
import { chainPin } from '../crypto/certificate.js'
import { Fault } from '../faults/fault.js'

/** Throws `TRANSPORT_TLS_PIN` unless the peer is one of those that are pinned, where some are. */
export function assertPinned(
  { pinnedCertificates, pinnedChains }: Pick<TlsConfig, 'pinnedCertificates' | 'pinnedChains'>,
  socket: TLSSocket,
): void {
  if (pinnedCertificates !== undefined) {
    const found = fingerprintOf(socket)
    const wanted = pinnedCertificates.map((pin) => pin.replaceAll(':', '').toLowerCase())
    if (!wanted.includes(found)) refuse('the SHA-256 of its certificate', found)
  }
  // A resumed session carries no chain; it was looked at when the session began.
  if (pinnedChains !== undefined && !socket.isSessionReused()) {
    const found = chainPin(chainOf(socket.getPeerCertificate(true)))
    if (!pinnedChains.includes(found)) refuse('the hash of its chain', found)
  }
}

function refuse(what: string, found: string): never {
  throw new Fault('TRANSPORT_TLS_PIN', { why: `${what} is ${found === '' ? 'missing' : found}` })
}

/** Hex in lower case; empty for a peer without a certificate. */
function fingerprintOf(socket: TLSSocket): string {
  const { fingerprint256 } = socket.getPeerCertificate() as Partial<DetailedPeerCertificate>
  return (fingerprint256 ?? '').replaceAll(':', '').toLowerCase()
}

/** The leaf and what signed it. Node links a self-signed certificate to itself. */
function chainOf(leaf: DetailedPeerCertificate): Uint8Array[] {
  const chain: Uint8Array[] = []
  const seen = new Set<DetailedPeerCertificate>()
  for (
    let at: DetailedPeerCertificate | undefined = leaf;
    at?.raw !== undefined && !seen.has(at);
    at = at.issuerCertificate
  ) {
    seen.add(at)
    chain.push(at.raw)
  }
  return chain
}
