/** A TLS handshake that is made to look at the server, whoever it turns out to be. */
import { checkServerIdentity, type ConnectionOptions, rootCertificates, type TLSSocket } from 'node:tls'
import type { Address } from '../contracts/transport.js'
import { alpnProtocols } from './alpn.js'
import { type SentCertificate, sentChain } from './certificate-pins.js'
import { openSocket } from './sockets.js'

export interface TlsProbeOptions {
  readonly address: Address
  /** The name to ask for; none where it is empty. */
  readonly sni: string
  /** What the handshake offers; nothing where it is empty. */
  readonly alpn: readonly string[]
  /** PEM of further authorities to trust. */
  readonly authorities?: readonly string[]
  readonly signal: AbortSignal
}

export interface TlsProbe {
  /** The address that answered. */
  readonly address: string
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly protocol: string
  readonly cipher: string
  /** Absent when the server chose none. */
  readonly alpn?: string
  /** As sent, the server's own certificate first. */
  readonly chain: readonly SentCertificate[]
  /** OpenSSL's code for why the chain is not trusted; absent where it is. Names are not looked at. */
  readonly untrusted?: string
}

/** Rejects with faults of the areas DIAL and TRANSPORT, but for none that the certificate causes. */
export async function probeTls(options: TlsProbeOptions): Promise<TlsProbe> {
  const { address, sni, alpn, authorities = [], signal } = options
  const settings: ConnectionOptions = {
    servername: sni,
    ALPNProtocols: alpnProtocols(alpn),
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(authorities.length > 0 && { ca: [...rootCertificates, ...authorities] }),
  }
  const socket = (await openSocket({
    address,
    signal,
    tls: {
      nameFor: () => sni || (address.kind === 'tcp' ? address.host : address.path),
      connectOptions: () => settings,
      keptSession: () => undefined,
      watchSession: () => undefined,
      assertPeer: () => undefined,
      serverOptions: () => ({}),
      refresh: () => undefined,
    },
  })) as TLSSocket
  const { authorized, authorizationError, alpnProtocol } = socket
  const probe: TlsProbe = {
    address: socket.remoteAddress ?? '',
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    chain: sentChain(socket),
    ...(alpnProtocol && { alpn: alpnProtocol }),
    ...(!authorized && { untrusted: String(authorizationError) }),
  }
  // The server may be surprised by so short a visit; what it says to that is of no interest.
  socket.on('error', () => undefined)
  socket.destroy()
  return probe
}

/** Whether a certificate is for a name or an IP address, as Node's own check has it. */
export function isFor(certificate: SentCertificate, name: string): boolean {
  return checkServerIdentity(name, certificate.toLegacyObject()) === undefined
}
