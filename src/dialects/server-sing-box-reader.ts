/** VMess inbounds of sing-box (share-formats §8, config §13). */
import { quoteText } from './display-text.js'
import type { ProfileTransport } from './profile.js'
import type { Section } from './section.js'
import type { ServerProfile, ServerTls, ServerUser } from './server-profile.js'
import { readUserId } from './server-v2ray-reader.js'
import { splitEarly } from './server-v2ray-stream.js'

/** Throws `CONFIG_INVALID`. */
export function readSingBoxServer(inbound: Section): ServerProfile {
  const port = inbound.whole('listen_port')
  if (port === undefined || port === 0)
    throw inbound.refuse('listen_port', 'a port from 1 to 65535 is needed')
  const tls = inbound.section('tls')
  return {
    tag: inbound.text('tag'),
    listen: inbound.text('listen') || '0.0.0.0',
    ports: [port],
    users: inbound.sections('users').map(readUser),
    transport: readTransport(inbound.section('transport'), tls.flag('enabled')),
    ...(tls.flag('enabled') && { tls: readTls(tls) }),
    secureOnly: false,
  }
}

function readUser(user: Section): ServerUser {
  return {
    name: user.text('name'),
    uuid: readUserId(user, 'uuid'),
    alterId: user.whole('alterId') ?? 0,
    level: 0,
  }
}

/** `http` is HTTP/2 inside TLS, and V2Ray's tcp with a header of HTTP without it. */
function readTransport(settings: Section, secure: boolean): ProfileTransport {
  const type = settings.text('type')
  const { path } = splitEarly(settings.text('path'))
  switch (type) {
    case '':
      return { network: 'tcp', header: 'none' }
    case 'http':
      return secure
        ? { network: 'h2', hosts: settings.list('host'), path }
        : { network: 'tcp', header: 'http', hosts: settings.list('host'), paths: [path] }
    case 'ws': {
      const bytes = settings.whole('max_early_data', 2_147_483_647) ?? 0
      const early = { bytes, header: settings.text('early_data_header_name') }
      return { network: 'ws', path, host: '', ...(bytes > 0 && { earlyData: early }) }
    }
    case 'grpc':
      return { network: 'grpc', serviceName: settings.text('service_name'), mode: 'gun', authority: '' }
    case 'httpupgrade':
      return { network: 'httpupgrade', path, host: settings.text('host') }
    case 'quic':
      return { network: 'quic', header: 'none', security: 'none', key: '' }
    default:
      throw settings.refuse('type', `${quoteText(type)} is not a transport of sing-box`)
  }
}

function readTls(tls: Section): ServerTls {
  return {
    serverName: tls.text('server_name'),
    alpn: tls.list('alpn'),
    certificates: [
      {
        certificate: readPem(tls, 'certificate_path', 'certificate'),
        key: readPem(tls, 'key_path', 'key'),
      },
    ],
  }
}

/** One text with line breaks, or a list of lines. */
function readPem(
  tls: Section,
  fileKey: string,
  linesKey: string,
): { readonly file: string } | { readonly pem: string } {
  const file = tls.text(fileKey)
  if (file !== '') return { file }
  const value = tls.value(linesKey)
  const lines = Array.isArray(value) ? tls.list(linesKey) : [tls.text(linesKey)]
  return { pem: lines.some((line) => line !== '') ? `${lines.join('\n')}\n` : '' }
}
