/** `streamSettings` of outbounds in V2Ray 4 and Xray → transport and TLS (share-formats §9.3). */
import { V2RAY_HTTP_HEADS } from '../disguise/http-heads.js'
import { defined } from './defined.js'
import { quoteText } from './display-text.js'
import { type LinkFields, refuseField } from './link-fields.js'
import { tlsNameFor } from './link-values.js'
import type { ProfileHeaders, ProfileTls, ProfileTransport, UpgradePlace } from './profile.js'
import { hostsOf, readDisguise, readNetwork, readPath } from './transport-values.js'

/** The transport of the stream. Throws `LINK_FIELD`. */
export function readV2rayTransport(stream: LinkFields): ProfileTransport {
  const word = stream.text('method', 'network')
  if (['ds', 'domainsocket'].includes(word.toLowerCase())) {
    throw refuseField('network', 'a domain socket is a file of one machine, which no profile can name')
  }
  const network = readNetwork(word, 'network')
  switch (network) {
    case 'tcp':
      return readTcp(stream.section('rawSettings', 'tcpSettings'))
    case 'ws':
      return { network, ...readPlace(stream.section('wsSettings')) }
    case 'httpupgrade':
      return { network, ...readPlace(stream.section('httpupgradeSettings')) }
    case 'xhttp':
      return readXhttp(stream.section('xhttpSettings', 'splithttpSettings'))
    case 'h2':
      return readH2(stream.section('httpSettings'))
    case 'grpc':
      return readGrpc(stream.section('gunSettings', 'grpcSettings'))
    case 'kcp':
      return readKcp(stream.section('kcpSettings'))
    case 'quic': {
      const quic = stream.section('quicSettings')
      return {
        network,
        header: readDisguise(quic.section('header').text('type'), 'header'),
        security: quic.text('security') || 'none',
        key: quic.text('key'),
      }
    }
  }
}

function readTcp(settings: LinkFields): ProfileTransport {
  const header = settings.section('header')
  const type = header.text('type').toLowerCase()
  if (type === '' || type === 'none') return { network: 'tcp', header: 'none' }
  if (type !== 'http') throw refuseField('header', `${quoteText(type)} is not a header of tcp`)
  const request = header.section('request')
  const method = request.text('method')
  const found = request.headers('headers')
  return {
    network: 'tcp',
    header: 'http',
    paths: request.list('path'),
    hosts: listOf(found, 'host'),
    ...defined({ method: method === '' ? undefined : method, headers: furtherOf(found) }),
  }
}

/** Undefined for V2Ray's own, which are its own whether they are written out or not. */
function furtherOf(found: Headers): Readonly<Record<string, readonly string[]>> | undefined {
  if (found.length === 0) return undefined
  const others = othersOf(found) ?? {}
  const { Host: _, ...own } = V2RAY_HTTP_HEADS.request.headers
  const isOwn = (name: string): boolean => own[name]?.join('\n') === others[name]?.join('\n')
  const names = [...Object.keys(own), ...Object.keys(others)]
  return names.every(isOwn) ? undefined : others
}

type Headers = readonly (readonly [string, readonly string[]])[]

/** A text with commas is a list, as V2Ray reads it. */
function listOf(headers: Headers, wanted: string): readonly string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === wanted)
    .flatMap(([, values]) => values.flatMap((value) => value.split(',')))
    .map((value) => value.trim())
    .filter((value) => value !== '')
}

function othersOf(headers: Headers): Readonly<Record<string, readonly string[]>> | undefined {
  const others = headers.filter(([name]) => name.toLowerCase() !== 'host')
  return others.length === 0 ? undefined : Object.fromEntries(others)
}

/** Headers of which each has one value. */
export function singleHeaders(headers: Headers): ProfileHeaders | undefined {
  const others = othersOf(headers)
  return (
    others && Object.fromEntries(Object.entries(others).map(([name, values]) => [name, values.join(',')]))
  )
}

/** The Host in the headers, for those who have no field for it. */
export function hostIn(headers: Headers): string {
  return headers.find(([name]) => name.toLowerCase() === 'host')?.[1][0] ?? ''
}

function readPlace(settings: LinkFields): UpgradePlace {
  const headers = settings.headers('headers')
  const bytes = settings.whole('maxEarlyData') ?? 0
  const header = settings.text('earlyDataHeaderName')
  const place = readPath(settings.text('path'), settings)
  return {
    host: settings.text('host') || hostIn(headers),
    ...place,
    ...(bytes > 0 && { earlyData: { bytes, header } }),
    ...defined({ headers: singleHeaders(headers) }),
  }
}

function readXhttp(settings: LinkFields): ProfileTransport {
  const extra = settings.value('extra') ?? null
  return {
    network: 'xhttp',
    host: settings.text('host'),
    path: readPath(settings.text('path'), settings).path,
    mode: settings.text('mode') || 'auto',
    settings: extra === null ? '' : typeof extra === 'string' ? extra : JSON.stringify(extra),
  }
}

function readH2(settings: LinkFields): ProfileTransport {
  const method = settings.text('method')
  return {
    network: 'h2',
    hosts: settings.list('host'),
    path: readPath(settings.text('path'), settings).path,
    ...defined({
      method: method === '' ? undefined : method,
      headers: singleHeaders(settings.headers('headers')),
    }),
  }
}

function readGrpc(settings: LinkFields): ProfileTransport {
  const userAgent = settings.text('user_agent')
  return {
    network: 'grpc',
    serviceName: settings.text('serviceName'),
    mode: settings.flag('multiMode') === true ? 'multi' : 'gun',
    authority: settings.text('authority'),
    ...defined({ userAgent: userAgent === '' ? undefined : userAgent }),
  }
}

function readKcp(settings: LinkFields): ProfileTransport {
  const seed = settings.text('seed')
  if (seed === '' && settings.has('seed')) {
    throw refuseField('seed', 'it is empty, but there, which is not the same as none; no profile can say it')
  }
  return {
    network: 'kcp',
    header: readDisguise(settings.section('header').text('type'), 'header'),
    seed,
    ...defined({
      mtu: settings.whole('mtu'),
      tti: settings.whole('tti'),
      uplinkCapacity: settings.whole('uplinkCapacity'),
      downlinkCapacity: settings.whole('downlinkCapacity'),
      congestion: settings.flag('congestion'),
      readBufferSize: settings.whole('readBufferSize'),
      writeBufferSize: settings.whole('writeBufferSize'),
    }),
  }
}

export interface StreamNames {
  readonly transport: ProfileTransport
  readonly server: string
}

/** TLS of the stream; undefined without it. Throws `LINK_FIELD` for words that V2Ray takes for none. */
export function readV2rayTls(stream: LinkFields, names: StreamNames): ProfileTls | undefined {
  const security = stream.text('security').toLowerCase()
  if (security === '' || security === 'none') return undefined
  if (security === 'reality') return readReality(stream.section('realitySettings'), names)
  // V2Ray runs any other word in clear text: that cannot have been meant.
  if (security !== 'tls' && security !== 'xtls') {
    throw refuseField('security', `${quoteText(security)} is not none, tls or reality`)
  }
  if (security === 'xtls') stream.note('XTLS does not exist for VMess; plain TLS is used')
  const settings = stream.section('tlsSettings', 'xtlsSettings')
  const ech = settings.text('echConfigList')
  const chain = settings.list('pinnedPeerCertificateChainSha256')
  return {
    serverName: nameOf(settings, names),
    alpn: settings.list('alpn'),
    fingerprint: settings.text('fingerprint'),
    insecure: settings.flag('allowInsecure') ?? false,
    pinnedSha256: settings.text('pinnedPeerCertSha256'),
    verifyName: settings.text('verifyPeerCertByName'),
    ...defined({
      pinnedChainSha256: chain.length === 0 ? undefined : chain,
      ech: ech === '' ? undefined : ech,
    }),
  }
}

function readReality(settings: LinkFields, names: StreamNames): ProfileTls {
  const publicKey = settings.text('publicKey', 'password')
  if (publicKey === '') throw refuseField('publicKey', 'REALITY needs a public key')
  return {
    serverName: nameOf(settings, names),
    alpn: [],
    fingerprint: settings.text('fingerprint'),
    insecure: false,
    pinnedSha256: '',
    verifyName: '',
    reality: { publicKey, shortId: settings.text('shortId'), spiderX: settings.text('spiderX') },
  }
}

function nameOf(settings: LinkFields, { transport, server }: StreamNames): string {
  return settings.text('serverName') || tlsNameFor({ hosts: hostsOf(transport), server })
}
