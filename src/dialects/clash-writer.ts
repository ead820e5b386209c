/** VMess proxies of Clash and mihomo, with groups and a rule when there are many (share-formats §7). */
import { formatUuid } from '../account/uuid.js'
import { defined } from './defined.js'
import { groupNames } from './group-names.js'
import { setPointer } from './json-pointer.js'
import type { JsonValue, Profile, ProfileTls, ProfileTransport } from './profile.js'

type JsonObject = { readonly [key: string]: JsonValue }

/** What mihomo asks to find out how fast a node is. */
const PROBE = 'https://www.gstatic.com/generate_204'
const PROBE_SECONDS = 300

/** The file as plain data: a proxy for each profile that fits. */
export function clashDocument(profiles: readonly Profile[]): JsonObject {
  return { proxies: profiles.map(proxyOf), ...groupsOf(profiles.map(({ name }) => name)) }
}

function groupsOf(names: readonly string[]): JsonObject {
  if (names.length < 2) return {}
  const { select, auto } = groupNames(names)
  return {
    'proxy-groups': [
      { name: select, type: 'select', proxies: [auto, ...names] },
      { name: auto, type: 'url-test', url: PROBE, interval: PROBE_SECONDS, proxies: names },
    ],
    rules: [`MATCH,${select}`],
  }
}

function proxyOf(profile: Profile): JsonObject {
  const { tls, transport } = profile
  const proxy = compact({
    name: profile.name,
    type: 'vmess',
    server: profile.server,
    port: profile.port,
    uuid: formatUuid(profile.uuid),
    alterId: profile.alterId,
    cipher: profile.security,
    udp: profile.udp,
    ...(tls !== undefined && tlsOf(tls)),
    ...transportOf(transport),
    'packet-encoding': profile.packetEncoding,
    'global-padding': profile.globalPadding,
    'authenticated-length': profile.authenticatedLength,
  })
  return [...profile.extra].reduce((result, [at, value]) => setPointer(result, at, value), proxy)
}

function tlsOf(tls: ProfileTls): JsonObject {
  const { reality } = tls
  return compact({
    tls: true,
    servername: tls.serverName || undefined,
    'skip-cert-verify': tls.insecure ? true : undefined,
    alpn: tls.alpn.length === 0 ? undefined : tls.alpn,
    fingerprint: tls.pinnedSha256 || undefined,
    'client-fingerprint': tls.fingerprint || undefined,
    'ech-opts': tls.ech === undefined ? undefined : { enable: true, config: tls.ech },
    'reality-opts': reality && { 'public-key': reality.publicKey, 'short-id': reality.shortId },
  })
}

/** `network: tcp` is never written: old Clash does not know it. */
function transportOf(transport: ProfileTransport): JsonObject {
  switch (transport.network) {
    case 'tcp':
      return transport.header === 'none' ? {} : { network: 'http', 'http-opts': httpOf(transport) }
    case 'ws':
    case 'httpupgrade':
      return { network: 'ws', 'ws-opts': wsOf(transport) }
    case 'h2':
      return { network: 'h2', 'h2-opts': { host: transport.hosts, path: transport.path } }
    case 'grpc': {
      const { serviceName, userAgent } = transport
      return {
        network: 'grpc',
        'grpc-opts': compact({ 'grpc-service-name': serviceName, 'grpc-user-agent': userAgent }),
      }
    }
    case 'kcp':
      return { network: 'mkcp', 'mkcp-opts': kcpOf(transport) }
    default:
      return { network: transport.network }
  }
}

function httpOf(transport: Extract<ProfileTransport, { network: 'tcp'; header: 'http' }>): JsonObject {
  const { hosts, paths, method, headers } = transport
  const all = { ...(hosts.length > 0 && { Host: hosts }), ...headers }
  return compact({
    method,
    path: paths.length === 0 ? undefined : paths,
    headers: Object.keys(all).length === 0 ? undefined : all,
  })
}

/** Header names are compared by their case in old Clash: `Host`. */
function wsOf(transport: Extract<ProfileTransport, { network: 'ws' | 'httpupgrade' }>): JsonObject {
  const { host, path, headers, earlyData } = transport
  const all = { ...(host !== '' && { Host: host }), ...headers }
  return compact({
    path,
    headers: Object.keys(all).length === 0 ? undefined : all,
    'max-early-data': earlyData?.bytes,
    'early-data-header-name': earlyData?.header || undefined,
    'v2ray-http-upgrade': transport.network === 'httpupgrade' ? true : undefined,
  })
}

function kcpOf(transport: Extract<ProfileTransport, { network: 'kcp' }>): JsonObject {
  return compact({
    mtu: transport.mtu,
    tti: transport.tti,
    'uplink-capacity': transport.uplinkCapacity,
    'downlink-capacity': transport.downlinkCapacity,
    congestion: transport.congestion,
    'read-buffer': transport.readBufferSize,
    'write-buffer': transport.writeBufferSize,
    seed: transport.seed || undefined,
    header: transport.header,
  })
}

function compact(values: object): JsonObject {
  return defined(values) as JsonObject
}
