/** Loon: `Demo = vmess,host,port,cipher,"id",transport=ws,…` (share-formats §10.3). */
import { formatHostPort } from '../address/destination.js'
import { formatUuid } from '../account/uuid.js'
import { type AppLine, pair } from './app-line.js'
import { defined } from './defined.js'
import { quoteText } from './display-text.js'
import { LinkFields, refuseField } from './link-fields.js'
import { readAlterId, readCipher, readId, readPort, readServer, readTls, tlsFields } from './link-values.js'
import type { Profile, ProfileTransport } from './profile.js'
import type { LineReading } from './surge-line.js'
import { hostsOf, meaningful, readPath, oneOf } from './transport-values.js'

/** `host,port,cipher,"id"`, the beginning that Loon and Quantumult share. Throws `LINK_FIELD`. */
export function readFourWords({ words }: AppLine, fields: LinkFields) {
  const [host = '', port = '', cipher = '', id = ''] = words
  return {
    server: readServer(host, fields),
    port: readPort(new LinkFields([['port', port]]).whole('port')),
    uuid: readId(id, fields),
    security: readCipher(cipher, fields),
  }
}

/** Throws `LINK_FIELD`. */
export function readLoonLine(line: AppLine): LineReading {
  const fields = new LinkFields(line.entries)
  const base = readFourWords(line, fields)
  const transport = readTransport(fields)
  fields.know(['fast-open', 'ip-mode', 'block-quic', 'udp-port'])
  const tls = tlsFields(fields, {
    on: fields.flag('over-tls') === true,
    sni: 'tls-name',
    pin: 'tls-cert-sha256',
    pinKey: 'tls-pubkey-sha256',
  })
  const profile: Profile = {
    ...base,
    name: line.name || formatHostPort(base.server, base.port),
    alterId: readAlterId(fields),
    transport,
    ...defined({ tls: tls && readTls(tls, { hosts: hostsOf(transport), server: base.server }) }),
    udp: fields.flag('udp') ?? false,
    extra: fields.extra(),
  }
  return { dialect: 'loon', profile, notes: fields.notes }
}

function readTransport(fields: LinkFields): ProfileTransport {
  const word = meaningful(fields.text('transport')).toLowerCase()
  const host = fields.text('host')
  const path = fields.text('path')
  if (word === '' || word === 'tcp') return { network: 'tcp', header: 'none' }
  if (word === 'ws') return { network: 'ws', host, ...readPath(path, fields) }
  if (word !== 'http') throw refuseField('transport', `${quoteText(word)} is no transport of Loon`)
  return { network: 'tcp', header: 'http', hosts: oneOf(host), paths: oneOf(path) }
}

/** The line of a profile that fits. */
export function writeLoonLine(profile: Profile): string {
  const { tls, transport } = profile
  return `${profile.name} = ${[
    'vmess',
    profile.server,
    String(profile.port),
    profile.security,
    `"${formatUuid(profile.uuid)}"`,
    ...transportParts(transport),
    `alterId=${profile.alterId}`,
    `over-tls=${tls !== undefined}`,
    ...pair('tls-name', tls?.serverName ?? ''),
    ...(tls === undefined ? [] : [`skip-cert-verify=${tls.insecure}`]),
    ...pair('alpn', tls?.alpn.join(',') ?? ''),
    ...pair('tls-cert-sha256', tls?.pinnedSha256 ?? ''),
    ...pair('tls-pubkey-sha256', tls?.pinnedKeySha256 ?? ''),
    ...(profile.udp === undefined ? [] : [`udp=${profile.udp}`]),
  ].join(',')}`
}

function transportParts(transport: ProfileTransport): readonly string[] {
  if (transport.network === 'ws') {
    return ['transport=ws', ...pair('path', transport.path), ...pair('host', transport.host)]
  }
  if (transport.network !== 'tcp' || transport.header === 'none') return ['transport=tcp']
  return [
    'transport=http',
    ...pair('path', transport.paths[0] ?? ''),
    ...pair('host', transport.hosts[0] ?? ''),
  ]
}
