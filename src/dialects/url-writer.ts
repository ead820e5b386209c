/** Writes the URL standard (share-formats §3, §13.2). */
import { formatHostPort } from '../address/destination.js'
import { formatUuid } from '../account/uuid.js'
import type { Profile, ProfileTls, ProfileTransport } from './profile.js'
import { encodeText, formatQuery, given, type Parameter } from './query-writing.js'
import { joinPath, XRAY_EARLY_DATA_HEADER } from './transport-values.js'

/** The link of a profile that fits (`fitProfile`). */
export function writeUrlLink(profile: Profile): string {
  const { tls, packetEncoding } = profile
  const parameters: Parameter[] = [
    ['encryption', profile.security],
    ['security', tls === undefined ? 'none' : tls.reality === undefined ? 'tls' : 'reality'],
    ...transportParameters(profile.transport),
    ...(tls === undefined ? [] : tlsParameters(tls)),
    ...(packetEncoding === undefined ? [] : [packetParameter(packetEncoding)]),
  ]
  const query = formatQuery(parameters)
  const authority = `${formatUuid(profile.uuid)}@${formatHostPort(profile.server, profile.port)}`
  return `vmess://${authority}?${query}#${encodeText(profile.name)}`
}

function transportParameters(transport: ProfileTransport): readonly Parameter[] {
  const { network } = transport
  switch (network) {
    case 'tcp':
      if (transport.header === 'none') return [['type', 'tcp']]
      return [
        ['type', 'tcp'],
        ['headerType', 'http'],
        ...given('host', transport.hosts.join(',')),
        ...given('path', transport.paths.join(',')),
        ...given('method', transport.method ?? ''),
      ]
    case 'ws':
    case 'httpupgrade':
      return [['type', network], ...given('host', transport.host), ...pathParameters(transport)]
    case 'xhttp':
      return [
        ['type', 'xhttp'],
        ...given('host', transport.host),
        ['path', transport.path],
        ['mode', transport.mode],
        ...given('extra', transport.settings),
      ]
    case 'h2':
      return [['type', 'http'], ...given('host', transport.hosts.join(',')), ['path', transport.path]]
    case 'grpc':
      return [
        ['type', 'grpc'],
        ...given('serviceName', transport.serviceName),
        ['mode', transport.mode],
        ...given('authority', transport.authority),
      ]
    case 'kcp':
      return [
        ['type', 'kcp'],
        ['headerType', transport.header],
        ...given('seed', transport.seed),
        ...given('mtu', String(transport.mtu ?? '')),
        ...given('tti', String(transport.tti ?? '')),
      ]
    case 'quic':
      return [
        ['type', 'quic'],
        ['headerType', transport.header],
        ['quicSecurity', transport.security],
        ...given('key', transport.key),
      ]
  }
}

/** Early data stands in the path where Xray's header is meant, else in mihomo's two parameters. */
function pathParameters(
  transport: Extract<ProfileTransport, { network: 'ws' | 'httpupgrade' }>,
): readonly Parameter[] {
  const { path, earlyData } = transport
  if (earlyData === undefined) return [['path', path]]
  if (earlyData.header === XRAY_EARLY_DATA_HEADER) return [['path', joinPath({ path, earlyData })]]
  return [
    ['path', path],
    ['ed', String(earlyData.bytes)],
    ['eh', earlyData.header],
  ]
}

/** `allowInsecure` is no part of the standard; two spellings of it are in use. */
function tlsParameters(tls: ProfileTls): readonly Parameter[] {
  return [
    ...given('sni', tls.serverName),
    ...given('alpn', tls.alpn.join(',')),
    ...given('fp', tls.fingerprint),
    ...given('pcs', tls.pinnedSha256),
    ...given('vcn', tls.verifyName),
    ...given('ech', tls.ech ?? ''),
    ...(tls.insecure
      ? ([
          ['insecure', '1'],
          ['allowInsecure', '1'],
        ] as const)
      : []),
    ...(tls.reality === undefined ? [] : realityParameters(tls.reality)),
  ]
}

function realityParameters(reality: NonNullable<ProfileTls['reality']>): readonly Parameter[] {
  return [['pbk', reality.publicKey], ...given('sid', reality.shortId), ...given('spx', reality.spiderX)]
}

function packetParameter(encoding: NonNullable<Profile['packetEncoding']>): Parameter {
  return ['packetEncoding', encoding === 'packetaddr' ? 'packet' : encoding]
}
