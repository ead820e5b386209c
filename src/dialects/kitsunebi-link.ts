/** Kitsunebi: `vmess1://id@host:port/path?network=…#name` (share-formats §4.3). */
import { formatHostPort } from '../address/destination.js'
import { formatUuid } from '../account/uuid.js'
import { defined } from './defined.js'
import { quoteText } from './display-text.js'
import { LinkFields, refuseField } from './link-fields.js'
import { type LinkReading, readIdAtHost, readLinkName, readQuery, type UrlParts } from './link-parts.js'
import { readAlterId, tlsNameFor, type TlsNames } from './link-values.js'
import { decodePercent } from './percent.js'
import type { KcpTuning, Profile, ProfileTls, ProfileTransport } from './profile.js'
import { encodeText, formatQuery, given, type Parameter } from './query-writing.js'
import { hostsOf, readDisguise, readNetwork, readPath, splitList, splitOnce } from './transport-values.js'

const TUNING = ['uplinkCapacity', 'downlinkCapacity', 'readBufferSize', 'writeBufferSize'] as const

/** A profile from such a link. Throws `LINK_FIELD`. */
export function readKitsunebiLink({ authority, query, fragment }: UrlParts): LinkReading {
  const fields = new LinkFields(readQuery(query))
  const [atHost, path] = splitOnce(authority, '/')
  const { server, port, uuid } = readIdAtHost(atHost, fields)
  const transport = readTransport(fields, path === undefined ? '' : `/${decodePercent(path)}`)
  fields.know(['sockopt.tcpfastopen'])
  const mux = fields.flag('mux')
  const profile: Profile = {
    name: readLinkName(fragment, fields) || formatHostPort(server, port),
    server,
    port,
    uuid,
    alterId: readAlterId(fields),
    security: 'auto',
    transport,
    ...defined({
      tls: readTls(fields, { hosts: hostsOf(transport), server }),
      mux: mux === undefined ? undefined : { enabled: mux },
    }),
    extra: fields.extra(),
  }
  return { style: 'kitsunebi', profile, notes: fields.notes }
}

function readTransport(fields: LinkFields, path: string): ProfileTransport {
  const network = readNetwork(fields.text('network'), 'network')
  switch (network) {
    case 'tcp':
      return { network, header: 'none' }
    case 'ws':
      return { network, host: fields.text('ws.host'), ...readPath(path, fields) }
    case 'h2':
      return { network, hosts: splitList(fields.text('http.host')), path: readPath(path, fields).path }
    case 'kcp':
      return { network, ...readKcp(fields) }
    case 'quic':
      return {
        network,
        header: readDisguise(fields.text('quic.header'), 'quic.header'),
        security: fields.text('quic.security') || 'none',
        key: fields.text('quic.key'),
      }
    default:
      throw refuseField('network', `${quoteText(network)} is no transport of this form`)
  }
}

function readKcp(fields: LinkFields) {
  const tuning = TUNING.map((key) => [key, fields.whole(`mkcp.${key}`)] as const)
  return {
    header: readDisguise(fields.text('mkcp.header', 'mkcp.type'), 'mkcp.header'),
    seed: fields.text('mkcp.seed'),
    ...defined({
      mtu: fields.whole('mkcp.mtu'),
      tti: fields.whole('mkcp.tti'),
      congestion: fields.flag('mkcp.congestion'),
      ...(Object.fromEntries(tuning) as KcpTuning),
    }),
  }
}

function readTls(fields: LinkFields, names: TlsNames): ProfileTls | undefined {
  const serverName = fields.text('tls.servername')
  const insecure = fields.flag('tls.allowinsecure') ?? false
  if (fields.flag('tls') !== true) return undefined
  return {
    serverName: serverName || tlsNameFor(names),
    alpn: [],
    fingerprint: '',
    insecure,
    pinnedSha256: '',
    verifyName: '',
  }
}

/** The link of a profile that fits. */
export function writeKitsunebiLink(profile: Profile): string {
  const { tls, transport, mux } = profile
  const authority = `${formatUuid(profile.uuid)}@${formatHostPort(profile.server, profile.port)}`
  const path = 'path' in transport ? encodeText(transport.path).replaceAll('%2F', '/') : ''
  const query = formatQuery([
    ...transportParameters(transport),
    ['tls', String(tls !== undefined)],
    ...given('tls.servername', tls?.serverName ?? ''),
    ...(tls === undefined ? [] : ([['tls.allowinsecure', String(tls.insecure)]] as const)),
    ...(mux === undefined ? [] : ([['mux', String(mux.enabled)]] as const)),
  ])
  return `vmess1://${authority}${path}?${query}#${encodeText(profile.name)}`
}

function transportParameters(transport: ProfileTransport): readonly Parameter[] {
  switch (transport.network) {
    case 'ws':
      return [['network', 'ws'], ...given('ws.host', transport.host)]
    case 'h2':
      return [['network', 'http'], ...given('http.host', transport.hosts.join(','))]
    case 'kcp': {
      const numbers = (['mtu', 'tti', 'congestion', ...TUNING] as const).flatMap((key) =>
        given(`mkcp.${key}`, String(transport[key] ?? '')),
      )
      return [
        ['network', 'kcp'],
        ['mkcp.header', transport.header],
        ...given('mkcp.seed', transport.seed),
        ...numbers,
      ]
    }
    case 'quic':
      return [
        ['network', 'quic'],
        ['quic.header', transport.header],
        ['quic.security', transport.security],
        ...given('quic.key', transport.key),
      ]
    default:
      return [['network', transport.network]]
  }
}
