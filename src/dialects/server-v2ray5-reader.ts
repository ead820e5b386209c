/** VMess inbounds in the own JSON form of V2Ray 5 (config §12). */
import { parseUserId } from '../account/uuid.js'
import { quoteText } from './display-text.js'
import type { ProfileTransport } from './profile.js'
import type { Section } from './section.js'
import type { ServerCertificate, ServerProfile, ServerTls, ServerUser } from './server-profile.js'
import { isUuidText, readListener } from './server-v2ray-reader.js'
import { H2_DEFAULT_HOST, type ServerStream, splitEarly } from './server-v2ray-stream.js'
import { readNetwork } from './transport-values.js'

/** Its users are bare ids: AEAD only, without names. Throws `CONFIG_INVALID` and `LINK_FIELD`. */
export function readV2ray5Server(inbound: Section): ServerProfile {
  const settings = inbound.section('settings')
  return {
    ...readListener(inbound),
    users: settings.list('users').map((id, i): ServerUser => {
      if (!isUuidText(id)) throw settings.refuse('users', `number ${i}, counted from 0, is no UUID`)
      return { name: '', uuid: parseUserId(id).uuid, alterId: 0, level: 0 }
    }),
    ...readStream(inbound.section('streamSettings')),
    secureOnly: false,
  }
}

function readStream(stream: Section): ServerStream {
  const transport = readTransport(stream)
  const security = stream.text('security').toLowerCase()
  if (security === '' || security === 'none') return { transport }
  if (security !== 'tls' && security !== 'utls') {
    throw stream.refuse('security', `${quoteText(security)} is neither none nor tls`)
  }
  const settings = stream.section('securitySettings')
  return { transport, tls: readTls(security === 'utls' ? settings.section('tlsConfig') : settings) }
}

function readTransport(stream: Section): ProfileTransport {
  const settings = stream.section('transportSettings')
  const network = readNetwork(stream.text('transport'), 'transport')
  const { path, earlyData } = splitEarly(settings.text('path'))
  switch (network) {
    case 'tcp':
      if (!settings.has('headerSettings')) return { network, header: 'none' }
      throw settings.refuse('headerSettings', 'a header of tcp is not read from this form')
    case 'ws': {
      const bytes = settings.whole('maxEarlyData', 2_147_483_647) ?? 0
      const early = bytes > 0 ? { bytes, header: settings.text('earlyDataHeaderName') } : earlyData
      return { network, path, host: '', ...(early && { earlyData: early }) }
    }
    case 'httpupgrade':
      return { network, path, host: settings.text('host') }
    case 'h2': {
      const hosts = settings.list('host')
      return { network, path, hosts: hosts.length === 0 ? [H2_DEFAULT_HOST] : hosts }
    }
    case 'grpc':
      return { network, serviceName: settings.text('serviceName'), mode: 'gun', authority: '' }
    case 'kcp':
      if (settings.has('headerConfig')) {
        throw settings.refuse('headerConfig', 'a header of kcp is not read from this form')
      }
      return { network, header: 'none', seed: settings.section('seed').text('seed') }
    default:
      throw stream.refuse('transport', `${network} is not read from this form`)
  }
}

function readTls(settings: Section): ServerTls {
  return {
    serverName: settings.text('serverName'),
    alpn: settings.list('nextProtocol'),
    certificates: settings.sections('certificate').filter(isOwn).map(readCertificate),
  }
}

function isOwn(certificate: Section): boolean {
  return ['', '0', 'ENCIPHERMENT'].includes(certificate.text('usage'))
}

function readCertificate(settings: Section): ServerCertificate {
  return {
    certificate: readPem(settings, 'certificateFile', 'certificate'),
    key: readPem(settings, 'keyFile', 'key'),
  }
}

/** Inline PEM stands there in base64, as bytes do in this form. */
function readPem(settings: Section, fileKey: string, bytesKey: string): ServerCertificate['key'] {
  const file = settings.text(fileKey)
  return file === '' ? { pem: Buffer.from(settings.text(bytesKey), 'base64').toString('utf8') } : { file }
}
