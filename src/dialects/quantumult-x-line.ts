/** Quantumult X: `vmess=host:port, method=…, password=id, …, tag=Demo` (share-formats §10.2). */
import { formatHostPort } from '../address/destination.js'
import { formatUuid } from '../account/uuid.js'
import { type AppLine, pair } from './app-line.js'
import { defined } from './defined.js'
import { quoteText } from './display-text.js'
import { LinkFields, refuseField } from './link-fields.js'
import { readIdAtHost } from './link-parts.js'
import { readCipher, readTls, tlsFields } from './link-values.js'
import type { Profile, ProfileTransport } from './profile.js'
import type { LineReading } from './surge-line.js'
import { meaningful, readPath, oneOf } from './transport-values.js'

/** Throws `LINK_FIELD`. */
export function readQuantumultXLine({ words, entries }: AppLine): LineReading {
  const fields = new LinkFields(entries)
  const id = fields.text('password')
  const { server, port, uuid } = readIdAtHost(`${encodeURIComponent(id)}@${words[0] ?? ''}`, fields)
  const obfs = meaningful(fields.text('obfs')).toLowerCase()
  const host = fields.text('obfs-host')
  const transport = readTransport(obfs, { host, fields })
  fields.know(['fast-open', 'tls13', 'server_check_url', 'tls-no-session-ticket'])
  const on = obfs === 'wss' || obfs === 'over-tls'
  const tls = tlsFields(fields, {
    on,
    sni: 'tls-host',
    alpn: 'tls-alpn',
    pin: 'tls-cert-sha256',
    pinKey: 'tls-pubkey-sha256',
  })
  const checked = fields.flag('tls-verification') ?? true
  const profile: Profile = {
    name: fields.rawText('tag') || formatHostPort(server, port),
    server,
    port,
    uuid,
    alterId: fields.flag('aead') === false ? 1 : 0,
    security: readCipher(fields.text('method'), fields),
    transport,
    ...defined({
      // Without a name of its own, TLS takes the Host, whatever the transport.
      tls: tls && { ...readTls(tls, { hosts: host === '' ? [] : [host], server }), insecure: !checked },
    }),
    udp: fields.flag('udp-relay') ?? false,
    extra: fields.extra(),
  }
  return { dialect: 'quantumultx', profile, notes: fields.notes }
}

function readTransport(
  obfs: string,
  { host, fields }: { readonly host: string; readonly fields: LinkFields },
): ProfileTransport {
  const path = fields.text('obfs-uri')
  switch (obfs) {
    case '':
    case 'over-tls':
      return { network: 'tcp', header: 'none' }
    case 'ws':
    case 'wss':
      return { network: 'ws', host, ...readPath(path, fields) }
    case 'http':
    case 'vmess-http':
      return { network: 'tcp', header: 'http', hosts: oneOf(host), paths: oneOf(path) }
    default:
      throw refuseField('obfs', `${quoteText(obfs)} is no transport of Quantumult X`)
  }
}

/** The line of a profile that fits. */
export function writeQuantumultXLine(profile: Profile): string {
  const { tls } = profile
  return `vmess=${[
    formatHostPort(profile.server, profile.port),
    `method=${profile.security}`,
    `password=${formatUuid(profile.uuid)}`,
    ...transportParts(profile),
    ...pair('tls-host', tls?.serverName ?? ''),
    ...(tls === undefined ? [] : [`tls-verification=${!tls.insecure}`]),
    ...pair('tls-alpn', tls?.alpn.join(',') ?? ''),
    ...pair('tls-cert-sha256', tls?.pinnedSha256 ?? ''),
    ...pair('tls-pubkey-sha256', tls?.pinnedKeySha256 ?? ''),
    ...(profile.alterId > 0 ? ['aead=false'] : []),
    'fast-open=false',
    ...(profile.udp === undefined ? [] : [`udp-relay=${profile.udp}`]),
    `tag=${profile.name}`,
  ].join(', ')}`
}

function transportParts({ transport, tls }: Profile): readonly string[] {
  if (transport.network === 'ws') {
    const { host, path } = transport
    return [`obfs=${tls === undefined ? 'ws' : 'wss'}`, ...pair('obfs-host', host), ...pair('obfs-uri', path)]
  }
  if (transport.network === 'tcp' && transport.header === 'http') {
    const [path = '', host = ''] = [transport.paths[0], transport.hosts[0]]
    return ['obfs=http', ...pair('obfs-host', host), ...pair('obfs-uri', path)]
  }
  return tls === undefined ? [] : ['obfs=over-tls']
}
