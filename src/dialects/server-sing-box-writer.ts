/** Server files of sing-box, which refuses unknown keys (share-formats §8). */
import { formatUuid } from '../account/uuid.js'
import type { ProfileTransport } from './profile.js'
import type { ServerProfile, ServerTls } from './server-profile.js'
import { pemLines } from './server-v2ray-writer.js'

export function writeSingBoxServer({ tag, listen, ports, users, transport, tls }: ServerProfile): object {
  const inbound = {
    type: 'vmess',
    tag: tag || 'vmess',
    listen,
    listen_port: ports[0],
    users: users.map(({ name, uuid, alterId }) => ({
      ...(name !== '' && { name }),
      uuid: formatUuid(uuid),
      // Camel case here, unlike in outbounds.
      alterId,
    })),
    ...(tls !== undefined && { tls: writeTls(tls) }),
    ...writeTransport(transport),
  }
  return {
    log: { level: 'warn' },
    inbounds: [inbound],
    outbounds: [{ type: 'direct', tag: 'direct' }],
  }
}

function writeTransport(transport: ProfileTransport): object {
  switch (transport.network) {
    case 'ws': {
      const { path, earlyData } = transport
      const early = earlyData && {
        max_early_data: earlyData.bytes,
        early_data_header_name: earlyData.header,
      }
      return { transport: { type: 'ws', path, ...early } }
    }
    case 'httpupgrade': {
      const { path, host } = transport
      return { transport: { type: 'httpupgrade', path, ...(host !== '' && { host }) } }
    }
    case 'h2':
      return { transport: { type: 'http', host: transport.hosts, path: transport.path } }
    case 'grpc':
      return { transport: { type: 'grpc', service_name: transport.serviceName } }
    default:
      return {}
  }
}

function writeTls({ serverName, alpn, certificates: [own] }: ServerTls): object {
  return {
    enabled: true,
    ...(serverName !== '' && { server_name: serverName }),
    ...(alpn.length > 0 && { alpn }),
    ...(own && {
      ...('file' in own.certificate
        ? { certificate_path: own.certificate.file }
        : { certificate: pemLines(own.certificate.pem) }),
      ...('file' in own.key ? { key_path: own.key.file } : { key: pemLines(own.key.pem) }),
    }),
  }
}
