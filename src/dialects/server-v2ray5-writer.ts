/** Server files in the own JSON form of V2Ray 5, which knows its keys and no others (config §12). */
import { formatUuid } from '../account/uuid.js'
import type { ProfileTransport } from './profile.js'
import type { ServerCertificate, ServerProfile } from './server-profile.js'
import { writePorts } from './server-v2ray-writer.js'

export function writeV2ray5Server({ tag, listen, ports, users, transport, tls }: ServerProfile): object {
  const inbound = {
    ...(tag !== '' && { tag }),
    listen,
    ...(ports.length > 0 && { port: writePorts(ports) }),
    protocol: 'vmess',
    settings: { users: users.map(({ uuid }) => formatUuid(uuid)) },
    streamSettings: {
      ...writeV2ray5Transport(transport),
      ...(tls !== undefined && {
        security: 'tls',
        securitySettings: {
          ...(tls.alpn.length > 0 && { nextProtocol: tls.alpn }),
          certificate: tls.certificates.map(writeCertificate),
        },
      }),
    },
  }
  return {
    log: { access: { type: 'None' }, error: { type: 'Console', level: 'Warning' } },
    inbounds: [inbound],
    outbounds: [{ protocol: 'freedom', tag: 'direct', settings: {} }],
  }
}

/** `transport` and its settings. */
function writeV2ray5Transport(transport: ProfileTransport): object {
  const { network } = transport
  switch (transport.network) {
    case 'ws': {
      const { path, earlyData } = transport
      const early = earlyData && { maxEarlyData: earlyData.bytes, earlyDataHeaderName: earlyData.header }
      return { transport: network, transportSettings: { path, ...early } }
    }
    case 'httpupgrade': {
      const { path, host } = transport
      return { transport: network, transportSettings: { path, ...(host !== '' && { host }) } }
    }
    case 'h2':
      return { transport: network, transportSettings: { host: transport.hosts, path: transport.path } }
    case 'grpc':
      return { transport: network, transportSettings: { serviceName: transport.serviceName } }
    default:
      return { transport: network, transportSettings: {} }
  }
}

function writeCertificate({ certificate, key }: ServerCertificate): object {
  return {
    usage: 'ENCIPHERMENT',
    ...('file' in certificate
      ? { certificateFile: certificate.file }
      : { Certificate: base64Of(certificate.pem) }),
    ...('file' in key ? { keyFile: key.file } : { Key: base64Of(key.pem) }),
  }
}

/** Bytes in this form; the field names begin with a capital in its schema. */
function base64Of(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
