/** Certificates and keys from a configuration: inline, or from files that are renewed now and then. */
import { readFileSync, statSync } from 'node:fs'
import type { TlsCertificateConfig } from '../config/config.js'
import { Fault } from '../faults/fault.js'

type Source = TlsCertificateConfig['certificate']

/** PEM text. */
export interface LoadedCertificate {
  /** The certificate with its chain. */
  readonly certificate: string
  readonly key?: string
  readonly usage: TlsCertificateConfig['usage']
}

/** Reads what a configuration names, and tells when one of the files is another one than before. */
export class CertificateFiles {
  readonly #configs: readonly TlsCertificateConfig[]
  readonly #paths: readonly string[]
  #state: string | undefined

  constructor(configs: readonly TlsCertificateConfig[]) {
    this.#configs = configs
    const sources = configs.flatMap(({ certificate, key }) =>
      key === undefined ? [certificate] : [certificate, key],
    )
    this.#paths = sources.flatMap((source) => ('file' in source ? [source.file] : []))
  }

  /** Whether a file was replaced or written since the last `load`. False where all is inline. */
  get changed(): boolean {
    return this.#paths.length > 0 && this.#look() !== this.#state
  }

  /** Throws `TRANSPORT_TLS_FILES` for a file that cannot be read. */
  load(): readonly LoadedCertificate[] {
    this.#state = this.#look()
    return this.#configs.map(({ certificate, key, usage }) => ({
      certificate: read(certificate),
      usage,
      ...(key === undefined ? {} : { key: read(key) }),
    }))
  }

  /** What tells one version of the files from another. A link is followed: renewals often move it. */
  #look(): string {
    return this.#paths.map(stampOf).join()
  }
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stat === undefined ? 'none' : `${stat.ino}:${stat.size}:${stat.mtimeNs}`
}

function read(source: Source): string {
  if ('pem' in source) return source.pem
  try {
    return readFileSync(source.file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new Fault('TRANSPORT_TLS_FILES', { why: `${source.file}: ${reason}`, cause: error })
  }
}
