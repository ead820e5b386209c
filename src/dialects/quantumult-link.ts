/** Quantumult, the older app: base64 of a line (share-formats §4.5). */
import { formatHostPort } from '../address/destination.js'
import { formatUuid } from '../account/uuid.js'
import { type AppLine, splitAppLine } from './app-line.js'
import { defined } from './defined.js'
import { quoteText } from './display-text.js'
import { LinkFields, refuseField } from './link-fields.js'
import type { LinkReading } from './link-parts.js'
import { readTls, tlsFields } from './link-values.js'
import { readFourWords } from './loon-line.js'
import type { Profile, ProfileTransport } from './profile.js'
import { type LineReading, splitHost } from './surge-line.js'
import { hostsOf, meaningful, oneOf, readPath, splitOnce } from './transport-values.js'

/** What stands between header lines, literally; also as escapes. */
const LINE_BREAK = /\[Rr\]\[Nn\]|\\r\\n/g

/** A profile from the decoded text of a link. Throws `LINK_FIELD`. */
export function readQuantumultLink(decoded: string): LinkReading {
  const { profile, notes } = readQuantumultLine(splitAppLine(decoded.trim()))
  return { style: 'quantumult', profile, notes }
}

/** Throws `LINK_FIELD`. */
export function readQuantumultLine(line: AppLine): LineReading {
  const fields = new LinkFields(line.entries)
  const base = readFourWords(line, fields)
  const transport = readTransport(fields)
  fields.know(['group'])
  const tls = tlsFields(fields, { on: fields.flag('over-tls') === true, sni: 'tls-host' })
  const checked = fields.flag('certificate')
  const profile: Profile = {
    ...base,
    name: line.name || formatHostPort(base.server, base.port),
    alterId: 0,
    transport,
    ...defined({
      tls: tls && {
        ...readTls(tls, { hosts: hostsOf(transport), server: base.server }),
        insecure: checked === false,
      },
    }),
    extra: fields.extra(),
  }
  return { dialect: 'quantumult', profile, notes: fields.notes }
}

function readTransport(fields: LinkFields): ProfileTransport {
  const obfs = meaningful(fields.text('obfs')).toLowerCase()
  const path = fields.text('obfs-path')
  const lines = fields.text('obfs-header').split(LINE_BREAK)
  const headers = lines.flatMap((line) => {
    const [name, value] = splitOnce(line, ':')
    return value === undefined ? [] : [[name.trim(), value.trim()] as const]
  })
  const { host, headers: others } = splitHost(headers)
  if (obfs === '' || obfs === 'tcp') return { network: 'tcp', header: 'none' }
  if (obfs === 'ws')
    return { network: 'ws', host, ...readPath(path, fields), ...defined({ headers: others }) }
  if (obfs !== 'http') throw refuseField('obfs', `${quoteText(obfs)} is no transport of Quantumult`)
  return { network: 'tcp', header: 'http', hosts: oneOf(host), paths: oneOf(path) }
}

/** The link of a profile that fits. */
export function writeQuantumultLink(profile: Profile): string {
  const line = writeQuantumultLine(profile)
  return `vmess://${Buffer.from(line, 'utf8').toString('base64url')}`
}

function writeQuantumultLine(profile: Profile): string {
  const { tls, transport } = profile
  const cipher = profile.security === 'chacha20-poly1305' ? 'chacha20-ietf-poly1305' : profile.security
  return `${profile.name} = ${[
    'vmess',
    profile.server,
    String(profile.port),
    cipher,
    `"${formatUuid(profile.uuid)}"`,
    'group=vmess',
    `over-tls=${tls !== undefined}`,
    ...(tls === undefined || tls.serverName === '' ? [] : [`tls-host=${inQuotes(tls.serverName)}`]),
    `certificate=${tls?.insecure === true ? '0' : '1'}`,
    ...transportParts(transport),
  ].join(',')}`
}

function transportParts(transport: ProfileTransport): readonly string[] {
  if (transport.network === 'ws') {
    const { path, host, headers } = transport
    return ['obfs=ws', `obfs-path=${inQuotes(path)}`, ...headerParts(host, headers ?? {})]
  }
  if (transport.network !== 'tcp' || transport.header === 'none') return []
  const [path = '', host = ''] = [transport.paths[0], transport.hosts[0]]
  return [
    'obfs=http',
    ...(path === '' ? [] : [`obfs-path=${inQuotes(path)}`]),
    ...(host === '' ? [] : headerParts(host, {})),
  ]
}

function headerParts(host: string, headers: Readonly<Record<string, string>>): readonly string[] {
  const all = [...(host === '' ? [] : [['Host', host] as const]), ...Object.entries(headers)]
  if (all.length === 0) return []
  return [`obfs-header=${inQuotes(all.map(([name, value]) => `${name}: ${value}`).join('[Rr][Nn]'))}`]
}

function inQuotes(text: string): string {
  return `"${text.replaceAll('"', '%22')}"`
}
