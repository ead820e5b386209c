/** `tlsSettings` (config §7.10). */
import type { TlsCertificateConfig, TlsConfig } from './config.js'
import type { Place } from './place.js'
import { flag, quote, stringList, text, wordOr } from './scalars.js'
import { accepted, array, check, convert, ignored, maybe, object, optional, type Shape } from './shape.js'

export const DEFAULT_TLS: TlsConfig = { allowInsecure: false, disableSystemRoot: false, certificates: [] }

const USAGES = {
  encipherment: 'encipherment',
  verify: 'verify',
  verifyclient: 'verify',
  issue: 'issue',
} as const
const VERSIONS: Readonly<Record<string, 'TLSv1.2' | 'TLSv1.3'>> = { '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' }
const SHA256_HEX = /^[0-9a-fA-F]{64}$/
const SHA256_BASE64 = /^[A-Za-z0-9+/]{43}=$/

type Source = TlsCertificateConfig['certificate']

const certificate: Shape<TlsCertificateConfig> = convert(
  object({
    usage: optional(wordOr<string>(USAGES, 'encipherment'), 'encipherment'),
    certificateFile: maybe(text),
    keyFile: maybe(text),
    certificate: maybe(array(text)),
    key: maybe(array(text)),
    ocspStapling: ignored('certificates are not stapled'),
    oneTimeLoading: ignored('certificate files are read again when they change'),
    buildChain: ignored('the chain is taken from the certificate file'),
  }),
  { usage: 'encipherment', certificate: { pem: '' } },
  (values, place) => {
    if (values.usage === 'issue') {
      place.spot('usage').report('VM-E01', '"issue" is not supported; supported: encipherment, verify')
    }
    const found = sourceOf(values.certificateFile, values.certificate)
    noteFiles(values, place)
    if (found === undefined) place.report('VM-S01', 'neither certificateFile nor certificate is given')
    const key = sourceOf(values.keyFile, values.key)
    const usage = values.usage === 'verify' ? 'verify' : 'encipherment'
    if (usage === 'encipherment' && key === undefined)
      place.report('VM-S01', 'neither keyFile nor key is given')
    return { usage, certificate: found ?? { pem: '' }, ...(key && { key }) }
  },
)

interface Files {
  readonly certificateFile?: string | undefined
  readonly keyFile?: string | undefined
  readonly certificate?: readonly string[] | undefined
  readonly key?: readonly string[] | undefined
}

/** Files are opened by somebody who may read files, and lines are looked at by the same. */
function noteFiles({ certificateFile, keyFile, certificate, key }: Files, place: Place): void {
  const { references } = place.source
  const lines = sourceOf(undefined, certificate)
  const keyLines = sourceOf(undefined, key)
  if (!certificateFile && lines !== undefined && 'pem' in lines) {
    const partner =
      !keyFile && keyLines !== undefined && 'pem' in keyLines ? { partnerPem: keyLines.pem } : {}
    references.push({
      kind: 'certificate',
      file: '',
      pem: lines.pem,
      place: place.spot('certificate'),
      ...partner,
    })
  }
  if (!keyFile && keyLines !== undefined && 'pem' in keyLines) {
    references.push({ kind: 'key', file: '', pem: keyLines.pem, place: place.spot('key') })
  }
  if (certificateFile) {
    const partner = keyFile || undefined
    references.push({
      kind: 'certificate',
      file: certificateFile,
      place: place.spot('certificateFile'),
      ...(partner && { partner }),
    })
  }
  if (keyFile) references.push({ kind: 'key', file: keyFile, place: place.spot('keyFile') })
}

/** A file wins over lines, as in V2Ray. */
function sourceOf(file: string | undefined, lines: readonly string[] | undefined): Source | undefined {
  if (file !== undefined && file !== '') return { file }
  return lines === undefined || lines.length === 0 ? undefined : { pem: `${lines.join('\n')}\n` }
}

const version = convert(text, undefined, (value, place): 'TLSv1.2' | 'TLSv1.3' | undefined => {
  const known = VERSIONS[value]
  if (known === undefined && value !== '')
    place.report('VM-S05', `${quote(value)} is not a TLS version; supported: 1.2, 1.3`)
  return known
})

const leafPins = check(stringList, (pins, place) => {
  const bare = pins.map((pin) => pin.replaceAll(':', '').trim())
  if (bare.every((pin) => SHA256_HEX.test(pin))) return bare
  place.report('VM-S04', 'must be SHA-256 sums of certificates in hex, 64 digits each')
  return []
})

const chainPins = check(array(text), (pins, place) => {
  if (pins.every((pin) => SHA256_BASE64.test(pin))) return pins
  place.report('VM-S04', 'must be SHA-256 sums of certificate chains in base64, 44 characters each')
  return []
})

/** Their length is one byte, and that of all of them two (RFC 7301 §3.1). */
const alpnNames = check(stringList, (names, place) => {
  const sizes = names.map((name) => Buffer.byteLength(name))
  const wrong = sizes.findIndex((size) => size < 1 || size > 255)
  const total = sizes.reduce((sum, size) => sum + size + 1, 0)
  if (wrong < 0 && total <= 65_535) return names
  const at = place.items()[wrong] ?? place
  at.report(
    'VM-S12',
    wrong < 0
      ? `the names have ${total} bytes together, at most 65535 fit`
      : `this name has ${sizes[wrong]} bytes`,
    'h2 and http/1.1 are usual',
  )
  return []
})

const NOT_SHOWN = 'not applied: the handshake is that of Node'

export const tlsSettings: Shape<TlsConfig> = convert(
  object({
    serverName: maybe(text),
    alpn: maybe(alpnNames),
    allowInsecure: optional(flag, false),
    disableSystemRoot: optional(flag, false),
    enableSessionResumption: accepted(),
    certificates: optional(array(certificate), []),
    pinnedPeerCertificateChainSha256: maybe(chainPins),
    pinnedPeerCertSha256: maybe(leafPins, 'pinnedPeerCertificateSha256'),
    verifyClientCertificate: optional(flag, false),
    minVersion: maybe(version),
    maxVersion: maybe(version),
    fingerprint: ignored(NOT_SHOWN),
    cipherSuites: ignored(NOT_SHOWN),
    curvePreferences: ignored(NOT_SHOWN),
    rejectUnknownSni: ignored('a client that asks for an unknown name gets the first certificate'),
    masterKeyLog: ignored('keys are not logged'),
    echConfig: ignored('encrypted client hellos are not sent'),
    echConfigList: ignored('encrypted client hellos are not sent'),
    echDohServer: ignored('encrypted client hellos are not sent'),
    verifyPeerCertByName: ignored('the certificate is checked against serverName'),
  }),
  DEFAULT_TLS,
  (values, place) => {
    const { alpn, minVersion, maxVersion } = values
    const serverName = values.serverName === '' ? undefined : values.serverName
    const leaves = nonEmpty(values.pinnedPeerCertSha256)
    const chains = nonEmpty(values.pinnedPeerCertificateChainSha256)
    if (values.allowInsecure && leaves === undefined && chains === undefined) warnOfInsecure(place)
    if (minVersion === 'TLSv1.3' && maxVersion === 'TLSv1.2')
      place.spot('maxVersion').report('VM-S05', 'is below minVersion')
    return {
      allowInsecure: values.allowInsecure,
      disableSystemRoot: values.disableSystemRoot,
      certificates: values.certificates,
      ...(serverName && { serverName }),
      ...(alpn && alpn.length > 0 && { alpn }),
      ...(leaves && { pinnedCertificates: leaves }),
      ...(chains && { pinnedChains: chains }),
      ...(minVersion && { minVersion }),
      ...(maxVersion && { maxVersion }),
      ...(values.verifyClientCertificate && { requestClientCertificate: true }),
    }
  },
)

function nonEmpty(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list
}

function warnOfInsecure(place: Place): void {
  place
    .spot('allowInsecure')
    .report(
      'VM-S03',
      'the certificate of the server is not checked: whoever is in between can read and change everything',
      'pin the certificate instead with pinnedPeerCertSha256',
    )
}

/** A listening side without a certificate refuses every handshake; V2Ray starts it all the same. */
export function assertServable({ certificates, requestClientCertificate }: TlsConfig, place: Place): void {
  if (!certificates.some(({ usage }) => usage === 'encipherment')) {
    place.report(
      'VM-S02',
      'tls on an inbound needs certificates',
      'add certificateFile and keyFile to tlsSettings.certificates',
    )
  }
  if (requestClientCertificate === true && !certificates.some(({ usage }) => usage === 'verify')) {
    place.report('VM-S06', 'verifyClientCertificate needs a certificate with usage "verify"')
  }
}
