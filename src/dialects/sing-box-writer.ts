/** VMess outbounds of sing-box, in groups when there are many (share-formats §8.1). Unknown keys are refused there. */
import { formatUuid } from '../account/uuid.js'
import { defined } from './defined.js'
import { groupNames } from './group-names.js'
import { setPointer } from './json-pointer.js'
import type { JsonValue, Profile, ProfileTls, ProfileTransport } from './profile.js'

type JsonObject = { readonly [key: string]: JsonValue }

/** A file with an outbound for each profile that fits. */
export function writeSingBoxJson(profiles: readonly Profile[]): string {
  const outbounds = [...groupsOf(profiles.map(({ name }) => name)), ...profiles.map(outboundOf)]
  return `${JSON.stringify({ outbounds }, null, 2)}\n`
}

function groupsOf(tags: readonly string[]): readonly JsonObject[] {
  if (tags.length < 2) return []
  const { select, auto } = groupNames(tags)
  return [
    { type: 'selector', tag: select, outbounds: [auto, ...tags], default: auto },
    { type: 'urltest', tag: auto, outbounds: tags },
  ]
}

function outboundOf(profile: Profile): JsonObject {
  const { tls, packetEncoding } = profile
  const outbound = compact({
    type: 'vmess',
    tag: profile.name,
    server: profile.server,
    server_port: profile.port,
    uuid: formatUuid(profile.uuid),
    security: profile.security,
    alter_id: profile.alterId,
    global_padding: profile.globalPadding,
    authenticated_length: profile.authenticatedLength,
    network: profile.udp === false ? 'tcp' : undefined,
    packet_encoding: packetEncoding === 'none' ? '' : packetEncoding,
    tls: tls && tlsOf(tls),
    transport: transportOf(profile.transport),
  })
  return [...profile.extra].reduce((result, [at, value]) => setPointer(result, at, value), outbound)
}

function transportOf(transport: ProfileTransport): JsonObject | undefined {
  switch (transport.network) {
    case 'tcp': {
      if (transport.header === 'none') return undefined
      const { hosts, paths, method, headers } = transport
      return compact({ type: 'http', host: hosts, path: paths[0], method, headers })
    }
    case 'h2': {
      const { hosts, path, method, headers } = transport
      return compact({ type: 'http', host: hosts, path, method, headers })
    }
    case 'ws': {
      const { path, host, headers, earlyData } = transport
      const all = { ...(host !== '' && { Host: host }), ...headers }
      return compact({
        type: 'ws',
        path,
        headers: Object.keys(all).length === 0 ? undefined : all,
        max_early_data: earlyData?.bytes,
        early_data_header_name: earlyData?.header || undefined,
      })
    }
    case 'httpupgrade': {
      const { path, host, headers } = transport
      return compact({ type: 'httpupgrade', host: host || undefined, path, headers })
    }
    case 'grpc':
      return { type: 'grpc', service_name: transport.serviceName }
    default:
      return { type: transport.network }
  }
}

function tlsOf(tls: ProfileTls): JsonObject {
  const { reality } = tls
  return compact({
    enabled: true,
    server_name: tls.serverName || undefined,
    insecure: tls.insecure ? true : undefined,
    alpn: tls.alpn.length === 0 ? undefined : tls.alpn,
    certificate_public_key_sha256: tls.pinnedKeySha256 === undefined ? undefined : [tls.pinnedKeySha256],
    utls: tls.fingerprint === '' ? undefined : { enabled: true, fingerprint: tls.fingerprint },
    reality: reality && { enabled: true, public_key: reality.publicKey, short_id: reality.shortId },
  })
}

function compact(values: object): JsonObject {
  return defined(values) as JsonObject
}
