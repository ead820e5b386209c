/** What only somebody who may read files can tell of a configuration: certificates, logs, geo lists. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { access, constants, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TextCheck } from '../config/check-text.js'
import type { FileReference } from '../config/place.js'
import type { Clock } from '../ports/ports.js'

export interface Surroundings {
  /** Of the configuration itself; `-` is no file. */
  readonly path: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
}

/** Group and others. */
const NOT_OWNER = 0o077
const MAX_PEM_BYTES = 1024 * 1024
/** Whatever makes a file worth reading for a thief. */
const HOLDS_SECRETS = /"(?:id|uuid|pass|password|key)"\s*:/i

/** Adds what is wrong with the files that a text names to its findings. */
export async function probeFiles(check: TextCheck, surroundings: Surroundings): Promise<void> {
  await probeMode(check, surroundings.path)
  const seen = new Set<string>()
  for (const reference of check.references) {
    const { kind, file } = reference
    const key = `${kind}:${file}:${reference.partner}:${reference.pem}:${reference.partnerPem}`
    if (seen.has(key)) continue
    seen.add(key)
    if (kind === 'certificate') await probeCertificate(reference, surroundings.clock)
    else if (kind === 'key') await probeKey(reference)
    else if (kind === 'log') await probeLog(reference)
    else if (check.judge('VM-R14') !== undefined) await probeGeo(reference, surroundings)
  }
}

async function probeMode({ text, source }: TextCheck, path: string): Promise<void> {
  if (path === '-' || !HOLDS_SECRETS.test(text)) return
  const mode = await modeOf(path)
  if (mode === undefined || (mode & NOT_OWNER) === 0) return
  const message = `others than the owner may read this file (mode ${(mode & 0o777).toString(8)})`
  source.report({ rule: 'VM-W05', path: '', offset: 0, length: 1, message, hint: `chmod 600 ${path}` })
}

/** Undefined where modes mean nothing. */
async function modeOf(path: string): Promise<number | undefined> {
  const { mode } = await stat(path).catch(() => ({ mode: undefined }))
  return mode === undefined || (mode & 0o777) === 0o666 ? undefined : mode
}

async function readSmall({ file, place, pem }: FileReference): Promise<string | undefined> {
  if (pem !== undefined) return pem
  try {
    const { size } = await stat(file)
    if (size <= MAX_PEM_BYTES) return await readFile(file, 'utf8')
    place.report('VM-S10', 'this file is too large to be a certificate or a key')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    place.report(
      'VM-S09',
      `cannot be read: ${REASONS[code] ?? code}`,
      `${file} is looked up from the working folder`,
    )
  }
  return undefined
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
}

async function probeCertificate(reference: FileReference, clock: Clock): Promise<void> {
  const { place, partner, partnerPem } = reference
  const pem = await readSmall(reference)
  if (pem === undefined) return
  const certificate = parse(() => new X509Certificate(pem))
  if (certificate === undefined) {
    place.report('VM-S10', 'this is not a certificate in PEM')
    return
  }
  const now = clock()
  if (Date.parse(certificate.validTo) < now) {
    place.report('VM-S11', `expired on ${day(certificate.validTo)}`)
  } else if (Date.parse(certificate.validFrom) > now) {
    place.report('VM-S11', `not valid before ${day(certificate.validFrom)}`)
  }
  const key =
    partnerPem ?? (partner === undefined ? undefined : await readFile(partner, 'utf8').catch(() => undefined))
  const parsed = key === undefined ? undefined : parse(() => createPrivateKey(key))
  if (parsed !== undefined && !certificate.checkPrivateKey(parsed)) {
    place.report('VM-S10', 'the key belongs to another certificate')
  }
}

function day(date: string): string {
  return new Date(date).toISOString().slice(0, 10)
}

async function probeKey(reference: FileReference): Promise<void> {
  const { place, file } = reference
  const pem = await readSmall(reference)
  if (pem === undefined) return
  if (parse(() => createPrivateKey(pem)) === undefined) {
    place.report('VM-S10', 'this is not a private key in PEM, or it has a passphrase')
    return
  }
  if (reference.pem !== undefined) return
  const mode = await modeOf(file)
  if (mode !== undefined && (mode & NOT_OWNER) !== 0) {
    place.report('VM-W05', 'others than the owner may read this key', `chmod 600 ${file}`)
  }
}

function parse<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

async function probeLog({ place, file }: FileReference): Promise<void> {
  const target = (await exists(file)) ? file : dirname(file)
  const reason = await access(target, constants.W_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => REASONS[error.code ?? ''] ?? error.code,
  )
  if (reason === undefined) return
  place.report(
    'VM-Y09',
    target === file ? `cannot be written: ${reason}` : `its folder cannot be written: ${reason}`,
  )
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Where the programs look, the folder of the program itself left out. */
async function probeGeo({ place, file }: FileReference, { environment }: Surroundings): Promise<void> {
  const folders = [
    environment.V2RAY_LOCATION_ASSET ?? environment.XRAY_LOCATION_ASSET ?? [],
    ...['/usr/local/share/v2ray', '/usr/share/v2ray', '/usr/local/share/xray', '/usr/share/xray', '.'],
  ].flat()
  for (const folder of folders) if (await exists(join(folder, file))) return
  place.report('VM-R14', `${file} is in none of ${folders.length} asset folders`)
}
