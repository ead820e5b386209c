/** VMess outbounds of sing-box → profiles (share-formats §8.1). */
import { formatHostPort } from '../address/destination.js'
import { defined } from './defined.js'
import { quoteText } from './display-text.js'
import { LinkFields, refuseField } from './link-fields.js'
import { checkAlterId, readCipher, readId, readPort, readServer, tlsNameFor } from './link-values.js'
import { type NodeReading, readNode } from './node-reading.js'
import {
  type JsonValue,
  PACKET_ENCODINGS,
  type Profile,
  type ProfileTls,
  type ProfileTransport,
} from './profile.js'
import { hostsOf, readPath } from './transport-values.js'
import { extraOf } from './v2ray-reader.js'
import { hostIn, singleHeaders } from './v2ray-stream-reader.js'

export function readSingBoxOutbound(outbound: JsonValue, where: string): NodeReading {
  return readNode(where, () => {
    const fields = new LinkFields([]).inner(outbound, '')
    fields.know(['type'])
    const server = readServer(fields.text('server'), fields)
    const port = readPort(fields.whole('server_port'))
    const tlsSection = fields.section('tls')
    const hasTls = tlsSection.flag('enabled') ?? false
    const transport = readTransport(fields.section('transport'), hasTls)
    const padding = fields.flag('global_padding')
    const profile: Profile = {
      name: fields.rawText('tag') || formatHostPort(server, port),
      server,
      port,
      uuid: readId(fields.text('uuid'), fields),
      alterId: checkAlterId(fields.whole('alter_id') ?? 0),
      security: readCipher(fields.text('security'), fields),
      transport,
      ...defined({
        tls: hasTls ? readTls(tlsSection, { transport, server }) : undefined,
        packetEncoding: readPacketEncoding(fields),
        globalPadding: padding,
        authenticatedLength: fields.flag('authenticated_length'),
      }),
      udp: readUdp(fields),
      ...extraOf(fields, 'sing-box'),
    }
    return { profile, dialect: 'sing-box', notes: fields.notes }
  })
}

/** Both networks unless one is named. */
function readUdp(fields: LinkFields): boolean {
  const networks = fields.list('network')
  return networks.length === 0 || networks.includes('udp')
}

/** An empty text is an answer, unlike a field that is not there. */
function readPacketEncoding(fields: LinkFields): Profile['packetEncoding'] {
  const found = fields.text('packet_encoding')
  if (found === '') return fields.has('packet_encoding') ? 'none' : undefined
  const encoding = PACKET_ENCODINGS.find((known) => known === found)
  if (encoding === undefined) fields.note(`the packet encoding ${quoteText(found)} is not known`)
  return encoding
}

function readTransport(settings: LinkFields, hasTls: boolean): ProfileTransport {
  const type = settings.text('type').toLowerCase()
  const headers = settings.headers('headers')
  const single = defined({ headers: singleHeaders(headers) })
  const path = settings.text('path')
  switch (type) {
    case '':
      return { network: 'tcp', header: 'none' }
    case 'ws':
      return {
        network: 'ws',
        host: hostIn(headers),
        ...readPath(path, settings),
        ...readEarly(settings),
        ...single,
      }
    case 'httpupgrade': {
      const host = settings.text('host') || hostIn(headers)
      return { network: 'httpupgrade', host, ...readPath(path, settings), ...single }
    }
    case 'grpc':
      return { network: 'grpc', serviceName: settings.text('service_name'), mode: 'gun', authority: '' }
    case 'quic':
      return { network: 'quic', header: 'none', security: 'none', key: '' }
    case 'http':
      return readHttp(settings, hasTls)
    default:
      throw refuseField('transport', `${quoteText(type)} is no transport of sing-box`)
  }
}

/** HTTP/2 over TLS; without it the HTTP/1.1 request that V2Ray calls a header of tcp. */
function readHttp(settings: LinkFields, hasTls: boolean): ProfileTransport {
  const hosts = settings.list('host')
  const path = settings.text('path')
  const method = settings.text('method')
  const given = defined({ method: method === '' ? undefined : method })
  const found = settings.headers('headers').filter(([name]) => name.toLowerCase() !== 'host')
  if (hasTls) {
    const { path: rooted } = readPath(path, settings)
    return { network: 'h2', hosts, path: rooted, ...given, ...defined({ headers: singleHeaders(found) }) }
  }
  const headers = found.length === 0 ? undefined : Object.fromEntries(found)
  return {
    network: 'tcp',
    header: 'http',
    hosts,
    paths: path === '' ? [] : [path],
    ...given,
    ...defined({ headers }),
  }
}

function readEarly(settings: LinkFields) {
  const bytes = settings.whole('max_early_data') ?? 0
  const header = settings.text('early_data_header_name')
  return bytes > 0 ? { earlyData: { bytes, header } } : {}
}

function readTls(
  settings: LinkFields,
  { transport, server }: { readonly transport: ProfileTransport; readonly server: string },
): ProfileTls {
  const utls = settings.section('utls')
  const hasUtls = utls.flag('enabled') ?? false
  const fingerprint = utls.text('fingerprint')
  const key = settings.text('certificate_public_key_sha256')
  return {
    serverName: settings.text('server_name') || tlsNameFor({ hosts: hostsOf(transport), server }),
    alpn: settings.list('alpn'),
    fingerprint: hasUtls ? fingerprint || 'chrome' : '',
    insecure: settings.flag('insecure') ?? false,
    pinnedSha256: '',
    verifyName: '',
    ...defined({ pinnedKeySha256: key === '' ? undefined : key, reality: readReality(settings) }),
  }
}

function readReality(settings: LinkFields): ProfileTls['reality'] {
  if (!settings.has('reality')) return undefined
  const reality = settings.section('reality')
  if (reality.flag('enabled') !== true) return undefined
  const publicKey = reality.text('public_key')
  if (publicKey === '') throw refuseField('public_key', 'REALITY needs a public key')
  return { publicKey, shortId: reality.text('short_id'), spiderX: '' }
}
