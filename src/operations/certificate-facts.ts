/** What clients will see of a server's certificate, from its file or its configuration. */
import { X509Certificate } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { parseIp } from '../address/ip.js'
import { certificateNames, certificatePins } from '../crypto/certificate.js'
import type { ServerCertificate } from '../dialects/server-profile.js'
import type { CertificateFacts } from '../matching/difference.js'
import type { Clock } from '../ports/ports.js'
import { readTextFile } from './text-input.js'

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

export interface CertificateSource {
  /** Of the configuration: relative paths begin in its folder, or in the one where this runs. */
  readonly file: string
  readonly now: Clock
}

/** Of PEM, leaf first. Undefined for a server without TLS, and where the certificate cannot be read. */
export async function certificateFactsOf(
  given: ServerCertificate['certificate'] | undefined,
  source: CertificateSource,
): Promise<CertificateFacts | undefined> {
  if (given === undefined) return undefined
  const pem = 'pem' in given ? given.pem : await readNear(given.file, source.file)
  try {
    const [leaf, ...others] = (pem?.match(BLOCK) ?? []).map((block) => new X509Certificate(block))
    if (leaf === undefined) return undefined
    return {
      certificate: leaf.toString(),
      names: (leaf.subjectAltName ?? '')
        .split(', ')
        .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? []),
      isFor: isForEither(leaf),
      selfSigned: others.length === 0 && leaf.subject === leaf.issuer,
      expired: Date.parse(leaf.validTo) < source.now(),
      ...certificatePins([leaf.raw, ...others.map(({ raw }) => raw)]),
    }
  } catch {
    // What is no certificate is the matter of `validate`; here it is one that could not be read.
    return undefined
  }
}

function isForEither(leaf: X509Certificate): (name: string) => boolean {
  const isForHost = certificateNames(leaf.toString())
  return (name) => (parseIp(name) === undefined ? isForHost(name) : leaf.checkIP(name) !== undefined)
}

/** A path as a core would take it that runs in the configuration's folder, or here. */
async function readNear(path: string, config: string): Promise<string | undefined> {
  for (const place of new Set([resolve(dirname(config), path), resolve(path)])) {
    const text = await readTextFile(place).catch(() => undefined)
    if (text !== undefined) return text
  }
  return undefined
}
