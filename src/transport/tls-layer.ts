/** TLS as a configuration asks for it, for both roles (protocol §9.7, config §7.10). */
import { isIP } from 'node:net'
import {
  checkServerIdentity,
  type ConnectionOptions,
  createSecureContext,
  type PeerCertificate,
  rootCertificates,
  type SecureContext,
  type SecureContextOptions,
  type Server,
  type TLSSocket,
  type TlsOptions,
} from 'node:tls'
import type { TlsConfig } from '../config/config.js'
import type { Address } from '../contracts/transport.js'
import { asFault, type Fault } from '../faults/fault.js'
import { alpnProtocols } from './alpn.js'
import { CertificateFiles } from './certificate-files.js'
import { assertPinned } from './certificate-pins.js'
import { ServerCertificates } from './server-certificates.js'
import { filesFault } from './tls-faults.js'
import { withoutPeer } from './tls-session.js'

/** What one transport keeps of TLS: certificates, contexts made of them, sessions to resume. */
export interface Tls {
  /** The name whose certificate is asked for at an address. */
  nameFor(address: Address): string
  /** For `tls.connect`. Throws `TRANSPORT_TLS_FILES`. */
  connectOptions(address: Address): ConnectionOptions
  /** What the server gave last time, for a shorter handshake. */
  keptSession(address: Address): Buffer | undefined
  /** Keeps what the server gives for a shorter handshake next time. */
  watchSession(socket: TLSSocket, address: Address): void
  /** Throws `TRANSPORT_TLS_PIN` when the peer of a finished handshake is not the one that is pinned. */
  assertPeer(socket: TLSSocket): void
  /** For `tls.createServer`. Throws `TRANSPORT_TLS_FILES`. */
  serverOptions(): TlsOptions
  /** Gives a server the certificate files as they are now; the fault, if they cannot be used. */
  refresh(server: Server): Fault | undefined
}

export interface TlsOptionsOf {
  readonly config: TlsConfig
  /** What the network on top speaks, unless the configuration names something else. */
  readonly alpn: readonly string[]
  /** Milliseconds from anywhere; says when certificate files are looked at again. */
  readonly now?: () => number
}

/** Addresses whose sessions are kept; more than any client has servers. */
const MOST_SESSIONS = 64

export function makeTls(options: TlsOptionsOf): Tls {
  return new TlsLayer(options)
}

class TlsLayer implements Tls {
  readonly #config: TlsConfig
  readonly #alpn: string[]
  readonly #files: CertificateFiles
  readonly #sessions = new Map<string, Buffer>()
  readonly #server: ServerCertificates
  #clientContext: SecureContext | undefined

  constructor({ config, alpn, now }: TlsOptionsOf) {
    this.#config = config
    this.#alpn = alpnProtocols(config.alpn ?? alpn)
    this.#files = new CertificateFiles(config.certificates)
    this.#server = new ServerCertificates(config, now)
  }

  nameFor(address: Address): string {
    return this.#config.serverName ?? (address.kind === 'tcp' ? address.host : 'localhost')
  }

  connectOptions(address: Address): ConnectionOptions {
    const { allowInsecure, pinnedCertificates } = this.#config
    const name = this.nameFor(address)
    return {
      secureContext: this.#contextForClients(),
      // An IP address is a name to verify, never one to send (RFC 6066 §3).
      servername: isIP(name) === 0 ? name : '',
      ALPNProtocols: this.#alpn,
      // A pinned leaf is accepted outright: `assertPeer` looks at it.
      rejectUnauthorized: !allowInsecure && pinnedCertificates === undefined,
      checkServerIdentity: (_, certificate: PeerCertificate) => checkServerIdentity(name, certificate),
    }
  }

  keptSession(address: Address): Buffer | undefined {
    return this.#sessions.get(keyOf(address))
  }

  watchSession(socket: TLSSocket, address: Address): void {
    const key = keyOf(address)
    socket.on('session', (session) => {
      // A handshake that is refused later has no session worth keeping.
      if (socket.destroyed) return
      const oldest = this.#sessions.keys().next().value
      if (this.#sessions.size >= MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest)
      this.#sessions.set(key, this.#toKeep(session, socket))
    })
  }

  /**
   * Without the certificate, unless somebody asks for it again: a pinned one is compared at every handshake, before
   * TLS 1.3 Node wants to see one, and one that was not trusted must not be forgotten.
   */
  #toKeep(session: Buffer, socket: TLSSocket): Buffer {
    const { allowInsecure, pinnedCertificates } = this.#config
    const judged = pinnedCertificates === undefined && (allowInsecure || socket.authorized)
    return judged && socket.getProtocol() === 'TLSv1.3' ? withoutPeer(session) : session
  }

  assertPeer(socket: TLSSocket): void {
    assertPinned(this.#config, socket)
  }

  serverOptions(): TlsOptions {
    return {
      ...this.#server.load(),
      ALPNProtocols: this.#alpn,
      ...(this.#server.hasChoice && {
        SNICallback: (name, done) => {
          done(null, this.#server.contextFor(name))
        },
      }),
    }
  }

  refresh(server: Server): Fault | undefined {
    try {
      const fresh = this.#server.loadIfChanged()
      if (fresh !== undefined) server.setSecureContext(fresh)
      return undefined
    } catch (error) {
      return asFault(error)
    }
  }

  /** Built once, and again when a file of it has changed. */
  #contextForClients(): SecureContext {
    if (this.#clientContext === undefined || this.#files.changed) {
      const settings = clientSettings(this.#config, this.#files)
      try {
        this.#clientContext = createSecureContext(settings)
      } catch (error) {
        throw filesFault(error)
      }
      this.#sessions.clear()
    }
    return this.#clientContext
  }
}

function clientSettings(config: TlsConfig, files: CertificateFiles): SecureContextOptions {
  const loaded = files.load()
  const authorities = loaded.filter(({ usage }) => usage === 'verify').map(({ certificate }) => certificate)
  const own = loaded.filter(({ usage }) => usage === 'encipherment')
  const { disableSystemRoot, minVersion, maxVersion } = config
  return {
    ...(disableSystemRoot || authorities.length > 0
      ? { ca: disableSystemRoot ? authorities : [...rootCertificates, ...authorities] }
      : {}),
    ...(own.length > 0
      ? { cert: own.map(({ certificate }) => certificate), key: own.flatMap(({ key }) => key ?? []) }
      : {}),
    ...(minVersion && { minVersion }),
    ...(maxVersion && { maxVersion }),
  }
}

function keyOf(address: Address): string {
  return address.kind === 'unix' ? address.path : `${address.host} ${address.port}`
}
