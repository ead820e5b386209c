/** `streamSettings` of inbounds in V2Ray 4 and Xray (config §7). */
import { quoteText } from './display-text.js'
import { DISGUISES, type Disguise, type EarlyData, type ProfileTransport } from './profile.js'
import type { Section } from './section.js'
import type { ServerCertificate, ServerTls } from './server-profile.js'
import { readNetwork, XRAY_EARLY_DATA_HEADER } from './transport-values.js'

/** What V2Ray asks for where an h2 inbound names no host. */
export const H2_DEFAULT_HOST = 'www.example.com'

export interface ServerStream {
  readonly transport: ProfileTransport
  readonly tls?: ServerTls
}

/** Throws `CONFIG_INVALID` for networks and securities that nobody here knows. */
export function readServerStream(stream: Section): ServerStream {
  const transport = readServerTransport(stream)
  const security = stream.text('security').toLowerCase()
  if (security === 'tls') return { transport, tls: readServerTls(stream.section('tlsSettings')) }
  if (security === '' || security === 'none') return { transport }
  // V2Ray runs any other word in clear text and Xray refuses it: neither can be what was meant.
  throw stream.refuse('security', `${quoteText(security)} is neither none nor tls`)
}

function readServerTransport(stream: Section): ProfileTransport {
  const word = stream.text('method', 'network')
  if (['ds', 'domainsocket'].includes(word.toLowerCase())) {
    throw stream.refuse('network', 'a domain socket is nothing that clients elsewhere can reach')
  }
  switch (readNetwork(word, 'network')) {
    case 'tcp':
      return readTcp(stream.section('rawSettings', 'tcpSettings').section('header'))
    case 'ws':
      return { network: 'ws', ...readPlace(stream.section('wsSettings')) }
    case 'httpupgrade':
      return { network: 'httpupgrade', ...readPlace(stream.section('httpupgradeSettings')) }
    case 'xhttp':
      return readXhttp(stream.section('xhttpSettings', 'splithttpSettings'))
    case 'h2':
      return readH2(stream.section('httpSettings'))
    case 'grpc':
      return readGrpc(stream.section('gunSettings', 'grpcSettings'))
    case 'kcp':
      return readKcp(stream.section('kcpSettings'))
    case 'quic':
      return readQuic(stream.section('quicSettings'))
  }
}

/** The server compares the path alone; hosts are what the file would have clients say. */
export function readTcp(header: Section): ProfileTransport {
  const type = header.text('type').toLowerCase()
  if (type === '' || type === 'none') return { network: 'tcp', header: 'none' }
  if (type !== 'http') throw header.refuse('type', `${quoteText(type)} is not a header of tcp`)
  const request = header.section('request')
  const paths = request.list('path')
  const hosts = request.section('headers').list('Host')
  return { network: 'tcp', header: 'http', hosts, paths: paths.length === 0 ? ['/'] : paths }
}

/** `headers.Host` is left out: only `host`, a field of Xray, is compared. */
function readPlace(settings: Section): { path: string; host: string; earlyData?: EarlyData } {
  const { path, earlyData } = splitEarly(settings.text('path'))
  const bytes = settings.whole('maxEarlyData', 2_147_483_647) ?? 0
  const named = settings.text('earlyDataHeaderName')
  const early = bytes > 0 ? { bytes, header: named } : earlyData
  return { path, host: settings.text('host'), ...(early && { earlyData: early }) }
}

/** A path with its slash and without Xray's `?ed=`. */
export function splitEarly(found: string): { readonly path: string; readonly earlyData?: EarlyData } {
  const rooted = found.startsWith('/') ? found : `/${found}`
  const match = /[?&]ed=(\d{1,7})(?=&|$)/.exec(rooted)
  if (match === null) return { path: rooted }
  const rest = rooted.slice(match.index + match[0].length)
  const joint = match[0].startsWith('?') && rest !== '' ? `?${rest.slice(1)}` : rest
  const path = rooted.slice(0, match.index) + joint
  const bytes = Number(match[1])
  return bytes > 0 ? { path, earlyData: { bytes, header: XRAY_EARLY_DATA_HEADER } } : { path }
}

function readXhttp(settings: Section): ProfileTransport {
  const { path } = splitEarly(settings.text('path'))
  return { network: 'xhttp', host: settings.text('host'), path, mode: settings.text('mode'), settings: '' }
}

function readH2(settings: Section): ProfileTransport {
  const hosts = settings.list('host')
  const { path } = splitEarly(settings.text('path'))
  return { network: 'h2', hosts: hosts.length === 0 ? [H2_DEFAULT_HOST] : hosts, path }
}

function readGrpc(settings: Section): ProfileTransport {
  const mode = settings.flag('multiMode') ? 'multi' : 'gun'
  return { network: 'grpc', serviceName: settings.text('serviceName'), mode, authority: '' }
}

function readKcp(settings: Section): ProfileTransport {
  const mtu = settings.whole('mtu')
  const tti = settings.whole('tti')
  return {
    network: 'kcp',
    header: readDisguiseOf(settings.section('header')),
    seed: settings.text('seed'),
    ...(mtu !== undefined && { mtu }),
    ...(tti !== undefined && { tti }),
  }
}

function readQuic(settings: Section): ProfileTransport {
  const header = readDisguiseOf(settings.section('header'))
  return {
    network: 'quic',
    header,
    security: settings.text('security') || 'none',
    key: settings.text('key'),
  }
}

function readDisguiseOf(header: Section): Disguise {
  const found = header.text('type').toLowerCase() || 'none'
  const disguise = DISGUISES.find((candidate) => candidate === found)
  if (disguise !== undefined) return disguise
  throw header.refuse('type', `${quoteText(found)} is not one of ${DISGUISES.join(', ')}`)
}

function readServerTls(settings: Section): ServerTls {
  return {
    serverName: settings.text('serverName'),
    alpn: settings.list('alpn'),
    certificates: settings.sections('certificates').filter(isOwn).map(readCertificate),
  }
}

/** Not an authority to check others with; any word V2Ray does not know means its own. */
function isOwn(certificate: Section): boolean {
  return !['verify', 'verifyclient'].includes(certificate.text('usage').toLowerCase())
}

function readCertificate(settings: Section): ServerCertificate {
  return {
    certificate: readPem(settings, 'certificateFile', 'certificate'),
    key: readPem(settings, 'keyFile', 'key'),
  }
}

/** A file wins over lines. */
function readPem(settings: Section, fileKey: string, linesKey: string): ServerCertificate['key'] {
  const file = settings.text(fileKey)
  return file === '' ? { pem: pemText(settings.list(linesKey)) } : { file }
}

function pemText(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}
