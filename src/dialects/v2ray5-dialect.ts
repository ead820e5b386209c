/** Outbounds of V2Ray's version 5 style (share-formats §9.4, config §12). */
import { formatHostPort } from '../address/destination.js'
import { formatUuid } from '../account/uuid.js'
import { defined } from './defined.js'
import { quoteText } from './display-text.js'
import { LinkFields, refuseField } from './link-fields.js'
import { readId, readPort, readServer, tlsNameFor } from './link-values.js'
import { setPointer } from './json-pointer.js'
import { type NodeReading, readNode } from './node-reading.js'
import type {
  JsonValue,
  Profile,
  ProfileHeaders,
  ProfileTls,
  ProfileTransport,
  UpgradePlace,
} from './profile.js'
import { hostsOf, readDisguise, readNetwork, readPath } from './transport-values.js'
import { extraOf, readMux } from './v2ray-reader.js'
import { hostIn, singleHeaders, type StreamNames } from './v2ray-stream-reader.js'

type JsonObject = { readonly [key: string]: JsonValue }

export function readV2ray5Outbound(outbound: JsonValue, where: string): NodeReading {
  return readNode(where, () => {
    const fields = new LinkFields([]).inner(outbound, '')
    fields.know(['protocol'])
    const settings = fields.section('settings')
    const server = readServer(settings.text('address'), settings)
    const port = readPort(settings.whole('port'))
    const stream = fields.section('streamSettings')
    const transport = readTransport(stream)
    const profile: Profile = {
      name: fields.rawText('tag') || formatHostPort(server, port),
      server,
      port,
      uuid: readId(settings.text('uuid', 'id'), settings),
      alterId: 0,
      security: 'auto',
      transport,
      ...defined({ tls: readTls(stream, { transport, server }), mux: readMux(fields) }),
      ...extraOf(fields, 'v2ray5'),
    }
    return { profile, dialect: 'v2ray5', notes: fields.notes }
  })
}

function readTransport(stream: LinkFields): ProfileTransport {
  const settings = stream.section('transportSettings')
  const network = readNetwork(stream.text('transport'), 'transport')
  switch (network) {
    case 'tcp':
      return { network, header: 'none' }
    case 'ws':
    case 'httpupgrade':
      return { network, ...readPlace(settings) }
    case 'h2':
      return { network, hosts: settings.list('host'), path: readPath(settings.text('path'), settings).path }
    case 'grpc':
      return { network, serviceName: settings.text('serviceName'), mode: 'gun', authority: '' }
    case 'kcp':
      return { network, header: 'none', seed: readSeed(settings) }
    case 'quic':
      return {
        network,
        header: readDisguise('', 'header'),
        security: settings.text('security') || 'none',
        key: settings.text('key'),
      }
    default:
      throw refuseField('transport', `${quoteText(network)} is no transport of this style`)
  }
}

/** A text, or the message that wraps one. */
function readSeed(settings: LinkFields): string {
  const seed = settings.value('seed')
  return typeof seed === 'object' && seed !== null
    ? settings.section('seed').text('seed')
    : settings.text('seed')
}

function readPlace(settings: LinkFields): UpgradePlace {
  const pairs = settings.items('header').map((item) => {
    const pair = new LinkFields([]).inner(item, 'header')
    return [pair.text('key'), [pair.text('value')]] as const
  })
  const bytes = settings.whole('maxEarlyData') ?? 0
  const header = settings.text('earlyDataHeaderName')
  return {
    host: settings.text('host') || hostIn(pairs),
    ...readPath(settings.text('path'), settings),
    ...(bytes > 0 && { earlyData: { bytes, header } }),
    ...defined({ headers: singleHeaders(pairs) }),
  }
}

function readTls(stream: LinkFields, names: StreamNames): ProfileTls | undefined {
  const security = stream.text('security').toLowerCase()
  if (security === '' || security === 'none') return undefined
  if (security !== 'tls') throw refuseField('security', `${quoteText(security)} is not none or tls`)
  const settings = stream.section('securitySettings')
  const chain = settings.list('pinnedPeerCertificateChainSha256')
  return {
    serverName:
      settings.text('serverName') || tlsNameFor({ hosts: hostsOf(names.transport), server: names.server }),
    alpn: settings.list('nextProtocol'),
    fingerprint: '',
    insecure: settings.flag('allowInsecure') ?? false,
    pinnedSha256: '',
    verifyName: '',
    ...defined({ pinnedChainSha256: chain.length === 0 ? undefined : chain }),
  }
}

/** A file with an outbound for each profile that fits. */
export function writeV2ray5Json(profiles: readonly Profile[]): string {
  return `${JSON.stringify({ outbounds: profiles.map(outboundOf) }, null, 2)}\n`
}

function outboundOf(profile: Profile): JsonObject {
  const { server: address, port, tls, mux } = profile
  const outbound = compact({
    tag: profile.name,
    protocol: 'vmess',
    settings: { address, port, uuid: formatUuid(profile.uuid) },
    streamSettings: compact({
      ...transportOf(profile.transport),
      security: tls === undefined ? 'none' : 'tls',
      securitySettings: tls && tlsOf(tls),
    }),
    mux: mux && compact({ ...mux }),
  })
  return [...profile.extra].reduce((result, [at, value]) => setPointer(result, at, value), outbound)
}

function transportOf(transport: ProfileTransport): JsonObject {
  switch (transport.network) {
    case 'ws':
      return { transport: 'ws', transportSettings: placeOf(transport, { Host: transport.host }) }
    case 'httpupgrade':
      return {
        transport: 'httpupgrade',
        transportSettings: {
          ...placeOf(transport, {}),
          ...(transport.host !== '' && { host: transport.host }),
        },
      }
    case 'h2':
      return { transport: 'h2', transportSettings: { host: transport.hosts, path: transport.path } }
    case 'grpc':
      return { transport: 'grpc', transportSettings: { serviceName: transport.serviceName } }
    default:
      return { transport: transport.network }
  }
}

function placeOf({ path, earlyData, headers }: UpgradePlace, host: ProfileHeaders): JsonObject {
  const pairs = Object.entries({ ...host, ...headers }).filter(([, value]) => value !== '')
  return compact({
    path,
    header: pairs.length === 0 ? undefined : pairs.map(([key, value]) => ({ key, value })),
    maxEarlyData: earlyData?.bytes,
    earlyDataHeaderName: earlyData?.header || undefined,
  })
}

function tlsOf(tls: ProfileTls): JsonObject {
  return compact({
    serverName: tls.serverName || undefined,
    nextProtocol: tls.alpn.length === 0 ? undefined : tls.alpn,
    pinnedPeerCertificateChainSha256: tls.pinnedChainSha256,
  })
}

function compact(values: object): JsonObject {
  return defined(values) as JsonObject
}
