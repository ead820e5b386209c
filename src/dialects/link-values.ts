/** Readers of what every link says, whatever its transport. */
import { formatIp, parseIp } from '../address/ip.js'
import { type Security, SECURITIES } from '../account/security.js'
import { parseUserId } from '../account/uuid.js'
import { isFault } from '../faults/fault.js'
import { quoteText } from './display-text.js'
import { LinkFields, refuseField } from './link-fields.js'
import type { PacketEncoding, ProfileTls } from './profile.js'

const NO_HOST = /[\s/\\:?#@[\]\p{Cc}\p{Cs}]/u
/** What one byte can count, as domains are written on the wire. */
const MAX_HOST_BYTES = 255

const CIPHERS: ReadonlyMap<string, Security> = new Map([
  ...SECURITIES.map((name): [string, Security] => [name, name]),
  ['', 'auto'],
  ['chacha20-ietf-poly1305', 'chacha20-poly1305'],
  ['plain', 'none'],
])

/** A body cipher; unknown words mean `auto`, as the programs that write them take it. */
export function readCipher(found: string, fields: LinkFields): Security {
  const cipher = CIPHERS.get(found.toLowerCase())
  if (cipher === undefined) fields.note(`the cipher ${quoteText(found)} is not known; auto is used`)
  return cipher ?? 'auto'
}

export function isCipher(found: string): boolean {
  return found !== '' && CIPHERS.has(found.toLowerCase())
}

/** 16 bytes from a UUID in braces, as a URN, without dashes, or from a name. Never quoted: it is the secret. */
export function readId(found: string, fields: LinkFields): Uint8Array {
  const bare = found
    .trim()
    .replace(/^urn:uuid:/i, '')
    .replace(/^\{(.*)\}$/, '$1')
  try {
    const { uuid, mapped } = parseUserId(bare)
    if (mapped) fields.note('the id is a name; it was turned into a UUID as Xray and sing-box do')
    return uuid
  } catch (error) {
    if (!isFault(error, 'VMESS_ID')) throw error
    throw refuseField('id', error.why ?? 'not a user id', error)
  }
}

/** A host, freed from scheme, path, port and brackets that people paste along. */
export function readServer(found: string, fields: LinkFields): string {
  if (found === '') throw refuseField('address', 'it is missing')
  const bare = found.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#].*$/s, '')
  const host = parseIp(bare) === undefined ? bare.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') : bare
  const ip = parseIp(host)
  if (ip === undefined && (host === '' || NO_HOST.test(host) || Buffer.byteLength(host) > MAX_HOST_BYTES)) {
    throw refuseField('address', `${quoteText(found)} is neither an IP address nor a domain name`)
  }
  if (bare !== found || (ip === undefined && host !== bare)) fields.note('the address held more than a host')
  return ip === undefined ? host : formatIp(ip)
}

export function readPort(port: number | undefined): number {
  if (port === undefined) throw refuseField('port', 'it is missing')
  if (port < 1 || port > 65_535) throw refuseField('port', `${port} is not between 1 and 65535`)
  return port
}

/** Missing, blank and negative mean 0. */
export function readAlterId(fields: LinkFields): number {
  const found = checkAlterId(fields.whole('aid', 'alterId') ?? 0)
  if (found < 0) fields.note(`aid is ${found}; 0 is used`)
  return Math.max(found, 0)
}

export function checkAlterId(found: number): number {
  if (found > 65_535) throw refuseField('aid', `${found} is not between 0 and 65535`)
  return found
}

export interface TlsNames {
  /** What the transport says as its Host. */
  readonly hosts: readonly string[]
  readonly server: string
}

/**
 * The name for TLS where none is given: the transport's host, else the server if that is a domain. Nearly
 * all clients agree on this order (share-formats §1).
 */
export function tlsNameFor({ hosts, server }: TlsNames): string {
  return (hosts[0] ?? '') || (parseIp(server) === undefined ? server : '')
}

/** What `readTls` reads; means nothing, but is no stranger, in a link without TLS. */
export const TLS_KEYS: readonly string[] = [
  'sni',
  'peer',
  'servername',
  'tlsServer',
  'tlsServerName',
  'alpn',
  'fp',
  'fingerprint',
  'insecure',
  'allowInsecure',
  'skip-cert-verify',
  'verify_cert',
  'pcs',
  'vcn',
  'ech',
]

/** TLS settings, by any of the names that links have for them. */
export function readTls(fields: LinkFields, names: TlsNames): ProfileTls {
  const unchecked = fields.flag('insecure', 'allowInsecure', 'skip-cert-verify')
  const verified = fields.flag('verify_cert')
  const ech = fields.text('ech')
  const pinnedKey = fields.text('pinnedKey')
  return {
    serverName: fields.text('sni', 'peer', 'servername', 'tlsServer', 'tlsServerName') || tlsNameFor(names),
    alpn: fields.list('alpn'),
    fingerprint: fields.text('fp', 'fingerprint'),
    insecure: unchecked ?? (verified === undefined ? false : !verified),
    pinnedSha256: fields.text('pcs'),
    verifyName: fields.text('vcn'),
    ...(ech !== '' && { ech }),
    ...(pinnedKey !== '' && { pinnedKeySha256: pinnedKey }),
  }
}

/** The keys of REALITY, which replaces the certificate. */
export function readReality(fields: LinkFields): NonNullable<ProfileTls['reality']> {
  const publicKey = fields.text('pbk')
  if (publicKey === '') throw refuseField('pbk', 'REALITY needs a public key')
  return { publicKey, shortId: fields.text('sid'), spiderX: fields.text('spx') }
}

const PACKET_WORDS: ReadonlyMap<string, PacketEncoding> = new Map([
  ['none', 'none'],
  ['packet', 'packetaddr'],
  ['packetaddr', 'packetaddr'],
  ['xudp', 'xudp'],
])

/** By any of its names; an unknown one is left out with a remark. */
export function readPacketEncoding(fields: LinkFields): PacketEncoding | undefined {
  const found = fields.text('packetEncoding')
  const encoding = PACKET_WORDS.get(found.toLowerCase())
  if (encoding === undefined && found !== '')
    fields.note(`the packet encoding ${quoteText(found)} is not known`)
  return encoding
}

/** Where a form has its TLS settings; what is left out has the usual name. */
export interface TlsKeyNames {
  readonly on: boolean
  readonly sni?: string
  readonly alpn?: string
  readonly pin?: string
  readonly pinKey?: string
}

/** The TLS settings of a form under the names of links, for `readTls`; undefined without TLS. */
export function tlsFields(fields: LinkFields, names: TlsKeyNames): LinkFields | undefined {
  const read = (key: string | undefined): string => (key === undefined ? '' : fields.text(key))
  const entries: readonly (readonly [string, string])[] = [
    ['sni', read(names.sni ?? 'sni')],
    ['alpn', read(names.alpn ?? 'alpn')],
    ['insecure', String(fields.flag('skip-cert-verify') ?? false)],
    ['pcs', read(names.pin)],
    ['pinnedKey', read(names.pinKey)],
  ]
  return names.on ? new LinkFields(entries) : undefined
}
