/** Self-signed certificates for servers that are known by their pin instead of by who signed them. */
import { type webcrypto as WebCrypto, webcrypto } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Extension } from '@peculiar/x509'
import { isHostName } from '../address/host-name.js'
import { formatIp, parseIp } from '../address/ip.js'
import { certificatePins, type CertificatePins } from '../crypto/certificate.js'
import { Fault } from '../faults/fault.js'
import { type Clock, systemClock } from '../ports/ports.js'
import { assertFree, writeOutputFiles } from './output-file.js'
import { visible } from '../text/visible.js'

export const KEY_TYPES = ['p256', 'p384', 'rsa2048', 'rsa4096'] as const
export type KeyType = (typeof KEY_TYPES)[number]

export interface CertificateOptions {
  /** Host names, which may begin with `*.`, and IP addresses. The first one is the subject too. */
  readonly hosts: readonly string[]
  /** Validity from now on; 825 unless given, the most that Apple's systems accept. */
  readonly days?: number
  /** `p256` unless given. */
  readonly keyType?: KeyType
  readonly now?: Clock
}

export interface MadeCertificate extends CertificatePins {
  /** PEM text. */
  readonly certificate: string
  /** PEM text, PKCS #8. */
  readonly key: string
  /** As they stand in the certificate: lower case, international names in their ASCII form. */
  readonly hosts: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
}

export interface CertificateFilesOptions extends CertificateOptions {
  /** Made if it is not there. */
  readonly dir: string
  readonly force?: boolean
}

export interface WrittenCertificate extends Omit<MadeCertificate, 'key'> {
  readonly certificateFile: string
  readonly keyFile: string
}

export const DEFAULT_DAYS = 825

type X509 = typeof import('@peculiar/x509')

const DAY_MS = 86_400_000
/** Clients whose clock is behind accept it at once all the same. */
const BACKDATED_MS = DAY_MS
const EC = { name: 'ECDSA', hash: 'SHA-256' }
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: Uint8Array.of(1, 0, 1),
}
const ALGORITHMS = {
  p256: { ...EC, namedCurve: 'P-256' },
  p384: { ...EC, namedCurve: 'P-384', hash: 'SHA-384' },
  rsa2048: { ...RSA, modulusLength: 2_048 },
  rsa4096: { ...RSA, modulusLength: 4_096 },
} as const satisfies Record<KeyType, object>

/**
 * A certificate that signs itself, for servers alone, and its key. Throws `TRANSPORT_CERTIFICATE_HOST` for
 * what is neither a name nor an address.
 */
export async function makeCertificate(options: CertificateOptions): Promise<MadeCertificate> {
  const { days = DEFAULT_DAYS, keyType = 'p256', now = systemClock } = options
  const hosts = options.hosts.map(certificateHost)
  const [subject] = hosts
  if (subject === undefined) throw hostFault('none was given')
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const signingAlgorithm = ALGORITHMS[keyType]
  const keys = (await webcrypto.subtle.generateKey(signingAlgorithm, true, [
    'sign',
    'verify',
  ])) as WebCrypto.CryptoKeyPair
  const start = Math.floor(now() / 1_000) * 1_000
  const notBefore = new Date(start - BACKDATED_MS)
  const notAfter = new Date(start + days * DAY_MS)
  const extensions = serverExtensions(x509, keyType, hosts)
  const name = [{ CN: [subject] }]
  const made = await x509.X509CertificateGenerator.createSelfSigned(
    { name, keys, signingAlgorithm, notBefore, notAfter, extensions },
    webcrypto,
  )
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    certificate: `${made.toString('pem')}\n`,
    key: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
    hosts,
    notBefore,
    notAfter,
    ...certificatePins([new Uint8Array(made.rawData)]),
  }
}

/** What keeps it from signing others, and says for what and for whom it is. */
function serverExtensions(x509: X509, keyType: KeyType, hosts: readonly string[]): Extension[] {
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags
  const usages = keyType.startsWith('rsa') ? digitalSignature | keyEncipherment : digitalSignature
  const names = hosts.map(
    (host) => ({ type: parseIp(host) === undefined ? 'dns' : 'ip', value: host }) as const,
  )
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(usages, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
  ]
}

/**
 * The same as two files: `cert.pem`, which anybody may read, and `key.pem`, which nobody else may. Throws
 * as {@link makeCertificate} and `writeOutputFile` do; both files are new then, or neither.
 */
export async function writeCertificate(options: CertificateFilesOptions): Promise<WrittenCertificate> {
  const { dir, force = false } = options
  const certificateFile = join(dir, 'cert.pem')
  const keyFile = join(dir, 'key.pem')
  if (!force) for (const path of [certificateFile, keyFile]) await assertFree(path)
  const { key, ...made } = await makeCertificate(options)
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new Fault('CLI_OUTPUT', { why: visible(`${dir}: ${error.message}`), cause: error })
  })
  const files = [
    { path: keyFile, content: key, mode: 0o600 },
    { path: certificateFile, content: made.certificate, mode: 0o644 },
  ]
  await writeOutputFiles(files, { force })
  return { ...made, certificateFile, keyFile }
}

/** A host as certificates spell it. */
function certificateHost(text: string): string {
  const ip = parseIp(text)
  if (ip !== undefined) return formatIp(ip)
  const bare = text.replace(/^\*\./, '')
  // Turns international names into their ASCII form and refuses what no name can hold.
  const ascii = isHostName(bare) && URL.canParse(`http://${bare}`) ? new URL(`http://${bare}`).hostname : ''
  if (ascii === '' || /^[\d.]+$/.test(bare) || /[^a-z\d._-]/.test(ascii)) throw hostFault(text)
  return text.startsWith('*.') ? `*.${ascii}` : ascii
}

function hostFault(why: string): Fault {
  return new Fault('TRANSPORT_CERTIFICATE_HOST', { why: why === '' ? 'it is empty' : why })
}
