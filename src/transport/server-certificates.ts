/** The certificates of a listening side: which one a client gets, and what happens when they are renewed. */
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import { certificateNames } from '../crypto/certificate.js'
import type { TlsConfig } from '../config/config.js'
import { Fault } from '../faults/fault.js'
import { CertificateFiles, type LoadedCertificate } from './certificate-files.js'
import { filesFault } from './tls-faults.js'

interface Own {
  readonly context: SecureContext
  covers(name: string): boolean
}

/** How often files are looked at, at most; a renewal is never more urgent than this. */
const LOOK_EVERY_MS = 1_000

export class ServerCertificates {
  readonly #config: TlsConfig
  readonly #files: CertificateFiles
  readonly #now: () => number
  #own: readonly Own[] = []
  #lookedAt = Number.NEGATIVE_INFINITY

  /** `now` in milliseconds, from anywhere. */
  constructor(config: TlsConfig, now: () => number = () => performance.now()) {
    this.#config = config
    this.#files = new CertificateFiles(config.certificates)
    this.#now = now
  }

  /** What a server is made with. Throws `TRANSPORT_TLS_FILES`; what was loaded before stays then. */
  load(): SecureContextOptions & { readonly requestCert: boolean; readonly rejectUnauthorized: boolean } {
    const loaded = this.#files.load()
    const own = loaded.filter(({ usage }) => usage === 'encipherment')
    const authorities = loaded.filter(({ usage }) => usage === 'verify').map(({ certificate }) => certificate)
    const asks = this.#config.requestClientCertificate === true
    const [first] = own
    if (first === undefined)
      throw new Fault('TRANSPORT_TLS_FILES', { why: 'no certificate with a key is configured' })
    const common = { ...this.#versions(), ...(asks ? { ca: authorities } : {}) }
    const made = own.map((certificate) => makeOwn(certificate, common))
    this.#own = made
    return { ...pairOf(first), ...common, requestCert: asks, rejectUnauthorized: asks }
  }

  /** As `load`, at most once a second, and undefined while the files are as they were. */
  loadIfChanged(): SecureContextOptions | undefined {
    const now = this.#now()
    if (now - this.#lookedAt < LOOK_EVERY_MS) return undefined
    this.#lookedAt = now
    return this.#files.changed ? this.load() : undefined
  }

  /** Whether it depends on the name which certificate a client gets; asking costs a turn in each handshake. */
  get hasChoice(): boolean {
    return this.#own.length > 1
  }

  /** The certificate for a name that a client asks for; the first one for a name that none covers. */
  contextFor(name: string): SecureContext | undefined {
    return (this.#own.find((own) => own.covers(name)) ?? this.#own[0])?.context
  }

  #versions(): Pick<SecureContextOptions, 'minVersion' | 'maxVersion'> {
    const { minVersion, maxVersion } = this.#config
    return { ...(minVersion && { minVersion }), ...(maxVersion && { maxVersion }) }
  }
}

function makeOwn(certificate: LoadedCertificate, common: SecureContextOptions): Own {
  try {
    const context = createSecureContext({ ...pairOf(certificate), ...common })
    return { context, covers: certificateNames(certificate.certificate) }
  } catch (error) {
    throw filesFault(error)
  }
}

function pairOf({ certificate, key }: LoadedCertificate): { cert: string; key?: string } {
  return { cert: certificate, ...(key === undefined ? {} : { key }) }
}
