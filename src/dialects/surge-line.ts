/** Surge and Surfboard: `Demo = vmess, host, port, username=id, …` (share-formats §10.1). */
import { formatHostPort } from '../address/destination.js'
import { formatUuid } from '../account/uuid.js'
import { type AppLine, lineValue, pair, splitOutsideQuotes, unquote } from './app-line.js'
import { defined } from './defined.js'
import type { DialectId } from './dialect-ids.js'
import { LinkFields } from './link-fields.js'
import { readCipher, readId, readPort, readServer, readTls, tlsFields } from './link-values.js'
import type { Profile, ProfileHeaders, ProfileTransport } from './profile.js'
import { hostsOf, readPath, splitOnce } from './transport-values.js'

export interface LineReading {
  readonly profile: Profile
  readonly dialect: DialectId
  readonly notes: readonly string[]
}

/** Keys that say how to dial and measure, which is no matter of a profile. */
const GENERIC: readonly string[] = [
  'tfo',
  'fast-open',
  'block-quic',
  'underlying-proxy',
  'interface',
  'test-url',
  'ip-mode',
  'ip-version',
  'ecn',
  'server_check_url',
  'group',
]

/** Throws `LINK_FIELD`. */
export function readSurgeLine({ name, words, entries }: AppLine): LineReading {
  const fields = new LinkFields(entries)
  const server = readServer(words[0] ?? '', fields)
  const port = readPort(new LinkFields([['port', words[1] ?? '']]).whole('port'))
  const transport = readTransport(fields)
  const uuid = readId(fields.text('username', 'password'), fields)
  fields.know(GENERIC)
  const tls = tlsFields(fields, { on: fields.flag('tls') === true, pin: 'server-cert-fingerprint-sha256' })
  const profile: Profile = {
    name: name || formatHostPort(server, port),
    server,
    port,
    uuid,
    alterId: readLegacy(fields),
    security: readCipher(fields.text('encrypt-method') || 'aes-128-gcm', fields),
    transport,
    ...defined({ tls: tls && readTls(tls, { hosts: hostsOf(transport), server }) }),
    // What the app does when nothing is said.
    udp: fields.flag('udp-relay') ?? false,
    extra: fields.extra(),
  }
  return { dialect: 'surge', profile, notes: fields.notes }
}

/** Off unless switched on: the most frequent mistake in these lines. */
function readLegacy(fields: LinkFields): number {
  const aead = fields.flag('vmess-aead')
  if (aead === undefined) fields.note('vmess-aead is not said, which means the legacy header')
  return aead === true ? 0 : 1
}

function readTransport(fields: LinkFields): ProfileTransport {
  const path = fields.text('ws-path')
  const headers = readHeaders(fields.text('ws-headers'))
  if (fields.flag('ws') !== true) return { network: 'tcp', header: 'none' }
  return { network: 'ws', ...splitHost(headers), ...readPath(path, fields) }
}

/** `Host:"a.example"|User-Agent:x`. */
function readHeaders(text: string): readonly (readonly [string, string])[] {
  return splitOutsideQuotes(text, '|')
    .filter((part) => part !== '')
    .map((part) => {
      const [key, value = ''] = splitOnce(part, ':')
      return [key.trim(), unquote(value.trim())]
    })
}

/** Host among the headers, and the rest of them. */
export function splitHost(entries: readonly (readonly [string, string])[]): {
  readonly host: string
  readonly headers?: ProfileHeaders
} {
  const isHost = ([key]: readonly [string, string]): boolean => key.toLowerCase() === 'host'
  const others = entries.filter((entry) => !isHost(entry))
  return {
    host: entries.find(isHost)?.[1] ?? '',
    ...(others.length > 0 && { headers: Object.fromEntries(others) }),
  }
}

/** The line of a profile that fits. */
export function writeSurgeLine(profile: Profile): string {
  const { tls, transport } = profile
  const cipher = profile.security === 'chacha20-poly1305' ? 'chacha20-ietf-poly1305' : profile.security
  return `${profile.name} = ${[
    'vmess',
    profile.server,
    String(profile.port),
    `username=${formatUuid(profile.uuid)}`,
    `encrypt-method=${cipher}`,
    `vmess-aead=${profile.alterId === 0}`,
    `tls=${tls !== undefined}`,
    ...pair('sni', tls?.serverName ?? ''),
    ...(tls?.insecure === true ? ['skip-cert-verify=true'] : []),
    ...pair('server-cert-fingerprint-sha256', tls?.pinnedSha256 ?? ''),
    ...(transport.network === 'ws' ? wsParts(transport) : []),
    ...(profile.udp === undefined ? [] : [`udp-relay=${profile.udp}`]),
  ].join(', ')}`
}

function wsParts({ path, host, headers }: Extract<ProfileTransport, { network: 'ws' }>): readonly string[] {
  const all = [...(host === '' ? [] : [['Host', host] as const]), ...Object.entries(headers ?? {})]
  const written = all.map(([name, value]) => `${name}:"${value.replaceAll('"', '%22')}"`).join('|')
  return ['ws=true', `ws-path=${lineValue(path)}`, ...(written === '' ? [] : [`ws-headers=${written}`])]
}
