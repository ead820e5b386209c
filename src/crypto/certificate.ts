/** What is read from X.509 certificates. */
import { X509Certificate } from 'node:crypto'
import { sha256 } from './digest.js'

/** A test for host names that the certificate of a PEM text is for. Throws on what is no certificate. */
export function certificateNames(pem: string): (name: string) => boolean {
  const certificate = new X509Certificate(pem)
  return (name) => certificate.checkHost(name) !== undefined
}

/**
 * v2ray's pin of a chain (protocol §9.7): base64 of the hash of the leaf, each further certificate hashed
 * onto it. `chain` is DER, in the order in which the peer sends it.
 */
export function chainPin(chain: readonly Uint8Array[]): string {
  let sum: Uint8Array | undefined
  for (const certificate of chain) {
    const hash = sha256(certificate)
    sum = sum === undefined ? hash : sha256(Buffer.concat([sum, hash]))
  }
  return Buffer.from(sum ?? []).toString('base64')
}

export interface CertificatePins {
  /** SHA-256 of the first certificate: lower-case hex. Xray's `pinnedPeerCertSha256`, `pcs` in links. */
  readonly sha256: string
  /** {@link chainPin}, v2ray's `pinnedPeerCertificateChainSha256`. */
  readonly chainSha256: string
}

/** Both ways to pin a server; `chain` is DER, in the order in which the server sends it. */
export function certificatePins(chain: readonly [Uint8Array, ...Uint8Array[]]): CertificatePins {
  return { sha256: Buffer.from(sha256(chain[0])).toString('hex'), chainSha256: chainPin(chain) }
}
