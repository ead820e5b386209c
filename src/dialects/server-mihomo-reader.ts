/** VMess listeners of mihomo (share-formats §7.2). */
import type { ProfileTransport } from './profile.js'
import type { Section } from './section.js'
import type { ServerProfile, ServerUser } from './server-profile.js'
import { readListener, readUserId } from './server-v2ray-reader.js'
import { splitEarly } from './server-v2ray-stream.js'

/** Throws `CONFIG_INVALID`. */
export function readMihomoServer(listener: Section): ServerProfile {
  if (listener.has('reality-config')) throw listener.refuse('reality-config', 'REALITY is not read')
  const certificate = listener.text('certificate')
  const key = listener.text('private-key')
  return {
    ...readListener(listener),
    tag: listener.text('name'),
    users: listener.sections('users').map(readUser),
    transport: readTransport(listener),
    ...(certificate !== '' && {
      tls: {
        serverName: '',
        alpn: [],
        certificates: [{ certificate: fileOrPem(certificate), key: fileOrPem(key) }],
      },
    }),
    secureOnly: false,
  }
}

function readUser(user: Section): ServerUser {
  return {
    name: user.text('username'),
    uuid: readUserId(user, 'uuid'),
    alterId: user.whole('alterId') ?? 0,
    level: 0,
  }
}

function readTransport(listener: Section): ProfileTransport {
  const serviceName = listener.text('grpc-service-name')
  if (serviceName !== '') return { network: 'grpc', serviceName, mode: 'gun', authority: '' }
  if (!listener.has('ws-path')) return { network: 'tcp', header: 'none' }
  return { network: 'ws', path: splitEarly(listener.text('ws-path')).path, host: '' }
}

function fileOrPem(text: string): { readonly file: string } | { readonly pem: string } {
  return text.includes('-----BEGIN ') ? { pem: text } : { file: text }
}
