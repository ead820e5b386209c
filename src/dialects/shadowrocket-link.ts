/** Shadowrocket: base64 of `cipher:id@host:port`, and the rest in the query (share-formats §4.1). */
import { formatHostPort } from '../address/destination.js'
import { formatUuid } from '../account/uuid.js'
import { encodeBase64Text } from './base64.js'
import { defined } from './defined.js'
import { quoteText } from './display-text.js'
import { parseLenientObject } from './lenient-json.js'
import { LinkFields, refuseField } from './link-fields.js'
import { type LinkReading, readIdAtHost, readLinkName, readQuery, type UrlParts } from './link-parts.js'
import { readAlterId, readCipher, readTls, TLS_KEYS } from './link-values.js'
import type { Profile, ProfileHeaders, ProfileTransport } from './profile.js'
import { formatQuery, given, type Parameter } from './query-writing.js'
import {
  hostsOf,
  joinPath,
  meaningful,
  readDisguise,
  readNetwork,
  readPath,
  splitList,
  splitOnce,
} from './transport-values.js'

/** What is in the base64: `cipher:id@host:port`, perhaps with the query. */
export const CIPHER_ID_HOST = /^[\w-]{0,40}:[^@\s]{1,200}@\S+$/

/** A profile from the decoded text. Throws `LINK_FIELD`. */
export function readShadowrocketLink(decoded: string, { query, fragment }: UrlParts): LinkReading {
  const [inner, innerQuery = ''] = splitOnce(decoded.trim(), '?')
  const fields = new LinkFields(readQuery(query === '' ? innerQuery : query))
  const [cipher, rest = ''] = splitOnce(inner.replace(/\/$/, ''), ':')
  const { server, port, uuid } = readIdAtHost(rest, fields)
  const transport = readTransport(fields)
  fields.know([...TLS_KEYS, 'tfo', 'fast-open'])
  const hasTls = fields.flag('tls') === true
  const mux = fields.flag('mux')
  const profile: Profile = {
    name: readLinkName(fragment, fields) || formatHostPort(server, port),
    server,
    port,
    uuid,
    alterId: readAlterId(fields),
    security: readCipher(cipher, fields),
    transport,
    ...defined({
      tls: hasTls ? readTls(fields, { hosts: hostsOf(transport), server }) : undefined,
      udp: fields.flag('udp'),
      packetEncoding: fields.flag('xudp') === true ? ('xudp' as const) : undefined,
      mux: mux === undefined ? undefined : { enabled: mux },
    }),
    extra: fields.extra(),
  }
  return { style: 'shadowrocket', profile, notes: fields.notes }
}

function readTransport(fields: LinkFields): ProfileTransport {
  const obfs = meaningful(fields.text('obfs', 'network')).toLowerCase()
  const given = readParam(fields.text('obfsParam', 'wsHost'))
  const path = fields.text('path')
  // Elsewhere `http` is h2; here it is the HTTP header of tcp.
  const network = obfs === 'http' ? 'tcp' : readNetwork(obfs, 'obfs')
  switch (network) {
    case 'tcp':
      if (obfs !== 'http') return { network, header: 'none' }
      return { network, header: 'http', hosts: splitList(given.host), paths: splitList(path) }
    case 'ws':
      return { network, host: given.host, ...readPath(path, fields), ...headersOf(given) }
    case 'h2':
      return { network, hosts: splitList(given.host), path: readPath(path, fields).path }
    case 'grpc':
      return { network, serviceName: path, mode: 'gun', authority: '' }
    case 'kcp': {
      const header = readDisguise(given.values.header ?? '', 'obfsParam')
      return { network, header, seed: given.values.seed ?? '' }
    }
    case 'quic':
      return { network, header: 'none', security: 'none', key: '' }
    default:
      throw refuseField('obfs', `${quoteText(obfs)} is no transport of Shadowrocket`)
  }
}

interface ObfsParam {
  readonly host: string
  /** The members of the object, when it is one. */
  readonly values: ProfileHeaders
}

/** A Host, or JSON: headers for ws, the seed for kcp. */
function readParam(text: string): ObfsParam {
  const object = text.startsWith('{') ? parseLenientObject(text) : undefined
  if (object === undefined) return { host: text, values: {} }
  const fields = new LinkFields(object)
  const entries = [...object.keys()].map((key) => [key, fields.text(key)] as const)
  return { host: fields.text('Host'), values: Object.fromEntries(entries) }
}

function headersOf({ values }: ObfsParam): { readonly headers?: ProfileHeaders } {
  const others = Object.entries(values).filter(([name]) => name.toLowerCase() !== 'host')
  return others.length === 0 ? {} : { headers: Object.fromEntries(others) }
}

/** The link of a profile that fits. */
export function writeShadowrocketLink(profile: Profile): string {
  const { tls, mux } = profile
  const base = `${profile.security}:${formatUuid(profile.uuid)}@${formatHostPort(profile.server, profile.port)}`
  const query = formatQuery([
    ['remarks', profile.name],
    ...transportParameters(profile.transport),
    ['tls', tls === undefined ? '0' : '1'],
    ...given('peer', tls?.serverName ?? ''),
    ...(tls?.insecure === true ? [['allowInsecure', '1'] as const] : []),
    ['alterId', String(profile.alterId)],
    ...flag('udp', profile.udp),
    ...flag('xudp', profile.packetEncoding === undefined ? undefined : true),
    ...flag('mux', mux?.enabled),
  ])
  return `vmess://${encodeBase64Text(base).replace(/=+$/, '')}?${query}`
}

function transportParameters(transport: ProfileTransport): readonly Parameter[] {
  switch (transport.network) {
    case 'tcp':
      if (transport.header === 'none') return [['obfs', 'none']]
      return [
        ['obfs', 'http'],
        ...given('obfsParam', transport.hosts.join(',')),
        ...given('path', transport.paths.join(',')),
      ]
    case 'ws': {
      const headers = { Host: transport.host, ...transport.headers }
      const param = transport.headers === undefined ? transport.host : JSON.stringify(headers)
      return [['obfs', 'websocket'], ...given('obfsParam', param), ['path', joinPath(transport)]]
    }
    case 'h2':
      return [['obfs', 'h2'], ...given('obfsParam', transport.hosts.join(',')), ['path', transport.path]]
    case 'grpc':
      return [['obfs', 'grpc'], ...given('path', transport.serviceName)]
    case 'kcp':
      return [
        ['obfs', 'mkcp'],
        ['obfsParam', JSON.stringify({ header: transport.header, seed: transport.seed })],
      ]
    default:
      return [['obfs', transport.network]]
  }
}

function flag(name: string, value: boolean | undefined): readonly Parameter[] {
  return value === undefined ? [] : [[name, value ? '1' : '0']]
}
