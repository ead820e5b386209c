/** Writes the v2rayN form, version 2: every documented key, in its order, all of them strings (share-formats §13.2). */
import { formatUuid } from '../account/uuid.js'
import { encodeBase64Text } from './base64.js'
import type { Profile, ProfileTransport } from './profile.js'
import { joinPath } from './transport-values.js'

/** `net`, `type`, `host` and `path`, whose meaning depends on the network (share-formats §2.2). */
interface TransportKeys {
  readonly net: string
  readonly type: string
  readonly host: string
  readonly path: string
}

/** The link of a profile that fits (`fitProfile`). */
export function writeV2raynLink(profile: Profile): string {
  const { tls } = profile
  const { net, type, host, path } = transportKeys(profile.transport)
  const json = {
    v: '2',
    ps: profile.name,
    add: profile.server,
    port: String(profile.port),
    id: formatUuid(profile.uuid),
    aid: String(profile.alterId),
    scy: profile.security,
    net,
    type,
    host,
    path,
    tls: tls === undefined ? '' : 'tls',
    sni: tls?.serverName ?? '',
    alpn: tls?.alpn.join(',') ?? '',
    fp: tls?.fingerprint ?? '',
    insecure: tls?.insecure === true ? '1' : '0',
    ...(tls === undefined || tls.verifyName === '' ? {} : { vcn: tls.verifyName }),
    ...(tls === undefined || tls.pinnedSha256 === '' ? {} : { pcs: tls.pinnedSha256 }),
  }
  return `vmess://${encodeBase64Text(JSON.stringify(json))}`
}

function transportKeys(transport: ProfileTransport): TransportKeys {
  switch (transport.network) {
    case 'tcp':
      if (transport.header === 'none') return { net: 'tcp', type: 'none', host: '', path: '' }
      return { net: 'tcp', type: 'http', host: transport.hosts.join(','), path: transport.paths.join(',') }
    case 'ws':
    case 'httpupgrade':
      return {
        net: transport.network,
        type: 'none',
        host: transport.host,
        path: joinPath(transport),
      }
    case 'xhttp':
      return { net: 'xhttp', type: transport.mode, host: transport.host, path: transport.path }
    case 'h2':
      return { net: 'h2', type: 'none', host: transport.hosts.join(','), path: transport.path }
    case 'grpc':
      return { net: 'grpc', type: transport.mode, host: transport.authority, path: transport.serviceName }
    case 'kcp':
      return { net: 'kcp', type: transport.header, host: '', path: transport.seed }
    case 'quic':
      return { net: 'quic', type: transport.header, host: transport.security, path: transport.key }
  }
}
