/** VMess proxies of Clash and mihomo → profiles (share-formats §7.1). */
import { formatHostPort } from '../address/destination.js'
import { defined } from './defined.js'
import { quoteText } from './display-text.js'
import { LinkFields, refuseField } from './link-fields.js'
import {
  readAlterId,
  readCipher,
  readId,
  readPacketEncoding,
  readPort,
  readServer,
  tlsNameFor,
  type TlsNames,
} from './link-values.js'
import { type NodeReading, readNode } from './node-reading.js'
import type { JsonValue, PacketEncoding, Profile, ProfileTls, ProfileTransport } from './profile.js'
import { hostsOf, readDisguise, readPath } from './transport-values.js'
import { extraOf } from './v2ray-reader.js'
import { hostIn, singleHeaders } from './v2ray-stream-reader.js'

export function readClashProxy(proxy: JsonValue, where: string): NodeReading {
  return readNode(where, () => {
    const fields = new LinkFields([]).inner(proxy, '')
    fields.know(['type'])
    const server = readServer(fields.text('server'), fields)
    const port = readPort(fields.whole('port'))
    const transport = readTransport(fields)
    const mux = fields.value('smux') ?? null
    if (mux !== null) fields.note('smux is another protocol than the mux of V2Ray; it is left out')
    const profile: Profile = {
      name: fields.rawText('name') || formatHostPort(server, port),
      server,
      port,
      uuid: readId(fields.text('uuid'), fields),
      alterId: readAlterId(fields),
      security: readCipher(fields.text('cipher'), fields),
      transport,
      ...defined({
        tls: readTls(fields, { hosts: hostsOf(transport), server }),
        packetEncoding: readEncoding(fields),
        globalPadding: fields.flag('global-padding'),
        authenticatedLength: fields.flag('authenticated-length'),
      }),
      // Without it the program relays no UDP at all.
      udp: fields.flag('udp') ?? false,
      ...extraOf(fields, 'mihomo'),
    }
    return { profile, dialect: 'mihomo', notes: fields.notes }
  })
}

/** Older files have a flag for each. */
function readEncoding(fields: LinkFields): PacketEncoding | undefined {
  const xudp = fields.flag('xudp') === true ? ('xudp' as const) : undefined
  const packet = fields.flag('packet-addr') === true ? ('packetaddr' as const) : undefined
  return readPacketEncoding(fields) ?? xudp ?? packet
}

/** `http` is the HTTP header of tcp here, not h2. An unknown network is refused, where mihomo takes it for tcp. */
function readTransport(fields: LinkFields): ProfileTransport {
  const network = fields.text('network').toLowerCase()
  switch (network) {
    case '':
    case 'tcp':
      return { network: 'tcp', header: 'none' }
    case 'ws':
      return readWs(fields)
    case 'http':
      return readHttp(fields.section('http-opts'))
    case 'h2': {
      const options = fields.section('h2-opts')
      return {
        network: 'h2',
        hosts: options.list('host'),
        path: readPath(options.text('path'), options).path,
      }
    }
    case 'grpc': {
      const options = fields.section('grpc-opts')
      const userAgent = options.text('grpc-user-agent')
      return {
        network: 'grpc',
        serviceName: options.text('grpc-service-name'),
        mode: 'gun',
        authority: '',
        ...defined({ userAgent: userAgent === '' ? undefined : userAgent }),
      }
    }
    case 'kcp':
    case 'mkcp':
      return readKcp(fields.section('mkcp-opts', 'kcp-opts'))
    default:
      throw refuseField('network', `${quoteText(network)} is no network of mihomo that is read`)
  }
}

/** `ws-path` and `ws-headers` are from before 2021. */
function readWs(fields: LinkFields): ProfileTransport {
  const options = fields.section('ws-opts')
  const headers = options.has('headers') ? options.headers('headers') : fields.headers('ws-headers')
  const bytes = options.whole('max-early-data') ?? 0
  const header = options.text('early-data-header-name')
  const upgrade = options.flag('v2ray-http-upgrade') === true
  return {
    network: upgrade ? 'httpupgrade' : 'ws',
    host: hostIn(headers),
    ...readPath(options.text('path') || fields.text('ws-path'), options),
    ...(bytes > 0 && { earlyData: { bytes, header } }),
    ...defined({ headers: singleHeaders(headers) }),
  }
}

function readHttp(options: LinkFields): ProfileTransport {
  const headers = options.headers('headers')
  const others = headers.filter(([name]) => name.toLowerCase() !== 'host')
  const method = options.text('method')
  return {
    network: 'tcp',
    header: 'http',
    hosts: headers.filter(([name]) => name.toLowerCase() === 'host').flatMap(([, values]) => values),
    paths: options.list('path'),
    ...defined({
      method: method === '' ? undefined : method,
      headers: others.length === 0 ? undefined : Object.fromEntries(others),
    }),
  }
}

function readKcp(options: LinkFields): ProfileTransport {
  return {
    network: 'kcp',
    header: readDisguise(options.text('header'), 'header'),
    seed: options.text('seed'),
    ...defined({
      mtu: options.whole('mtu'),
      tti: options.whole('tti'),
      uplinkCapacity: options.whole('uplink-capacity'),
      downlinkCapacity: options.whole('downlink-capacity'),
      congestion: options.flag('congestion'),
      readBufferSize: options.whole('read-buffer', 'read-buffer-size'),
      writeBufferSize: options.whole('write-buffer', 'write-buffer-size'),
    }),
  }
}

/** `fingerprint` is the hash of a certificate here, `client-fingerprint` the uTLS name. */
function readTls(fields: LinkFields, names: TlsNames): ProfileTls | undefined {
  const on = fields.flag('tls') ?? false
  const serverName = fields.text('servername', 'sni')
  const insecure = fields.flag('skip-cert-verify') ?? false
  const alpn = fields.list('alpn')
  const fingerprint = fields.text('client-fingerprint')
  const pinnedSha256 = fields.text('fingerprint')
  const reality = readReality(fields)
  if (!on && reality === undefined) return undefined
  return {
    serverName: serverName || tlsNameFor(names),
    alpn,
    fingerprint,
    insecure,
    pinnedSha256,
    verifyName: '',
    ...defined({ ech: readEch(fields), reality }),
  }
}

function readEch(fields: LinkFields): string | undefined {
  if (!fields.has('ech-opts')) return undefined
  const options = fields.section('ech-opts')
  const config = options.text('config')
  return options.flag('enable') === true && config !== '' ? config : undefined
}

function readReality(fields: LinkFields): ProfileTls['reality'] {
  if (!fields.has('reality-opts')) return undefined
  const options = fields.section('reality-opts')
  const publicKey = options.text('public-key')
  if (publicKey === '') throw refuseField('public-key', 'REALITY needs a public key')
  return { publicKey, shortId: options.text('short-id'), spiderX: '' }
}
