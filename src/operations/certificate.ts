/** Self-signed certificates for servers that are known by their pin instead of by who signed them. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
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

const DAY_MS = 86_400_000
/** Clients whose clock is behind accept it at once all the same. */
const BACKDATED_MS = DAY_MS

/**
 * A certificate that signs itself, for servers alone, and its key. Throws `TRANSPORT_CERTIFICATE_HOST` for
 * what is neither a name nor an address.
 */
export async function makeCertificate(options: CertificateOptions): Promise<MadeCertificate> {
  const { days = DEFAULT_DAYS, keyType = 'p256', now = systemClock } = options
  const hosts = options.hosts.map(certificateHost)
  const [subject] = hosts
  if (subject === undefined) throw hostFault('none was given')
  const start = Math.floor(now() / 1_000) * 1_000
  const notBefore = new Date(start - BACKDATED_MS)
  const notAfter = new Date(start + days * DAY_MS)
  const names = hosts.map((host) => (parseIp(host) === undefined ? { dNSName: host } : { iPAddress: host }))
  const { signSelf } = await import('./self-signed.js')
  const { der, key } = await signSelf({ subject, names, notBefore, notAfter }, keyType)
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  const certificate = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
  return { certificate, key, hosts, notBefore, notAfter, ...certificatePins([der]) }
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
