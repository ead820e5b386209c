/** Server files of mihomo: a listener, everything direct (share-formats §7.2). */
import { formatUuid } from '../account/uuid.js'
import type { ProfileTransport } from './profile.js'
import type { ServerCertificate, ServerProfile } from './server-profile.js'
import { writePorts } from './server-v2ray-writer.js'

export function writeMihomoServer({ tag, listen, ports, users, transport, tls }: ServerProfile): object {
  const [own] = tls?.certificates ?? []
  const listener = {
    name: tag || 'vmess',
    type: 'vmess',
    listen,
    port: writePorts(ports),
    users: users.map(({ name, uuid, alterId }) => ({
      ...(name !== '' && { username: name }),
      uuid: formatUuid(uuid),
      alterId,
    })),
    ...writeTransport(transport),
    ...(own && { certificate: pathOrPem(own.certificate), 'private-key': pathOrPem(own.key) }),
  }
  return { mode: 'direct', 'log-level': 'warning', ipv6: true, listeners: [listener] }
}

function writeTransport(transport: ProfileTransport): object {
  switch (transport.network) {
    case 'ws':
      return { 'ws-path': transport.path }
    case 'grpc':
      return { 'grpc-service-name': transport.serviceName }
    default:
      return {}
  }
}

function pathOrPem(source: ServerCertificate['key']): string {
  return 'file' in source ? source.file : source.pem
}
