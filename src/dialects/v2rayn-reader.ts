/** The v2rayN form: base64 of a flat JSON object, versions 1 and 2 (share-formats §2). */
import { formatHostPort } from '../address/destination.js'
import { quoteText } from './display-text.js'
import { type LinkFields, refuseField } from './link-fields.js'
import {
  isCipher,
  readAlterId,
  readCipher,
  readId,
  readPort,
  readReality,
  readServer,
  readTls,
  TLS_KEYS,
} from './link-values.js'
import type { Profile, ProfileTransport } from './profile.js'
import {
  hostsOf,
  meaningful,
  readDisguise,
  readGrpcMode,
  readNetwork,
  readPath,
  splitList,
} from './transport-values.js'

/** In the text of an object of headers. */
const HOST_HEADER = /"host"\s*:\s*"([^"\\]*)"/gi

const TLS_ON: readonly string[] = ['tls', 'xtls', 'true', '1', 'yes', 'on']
const TLS_OFF: readonly string[] = ['', 'none', 'null', '0', 'false', 'no', 'off']

/** A profile from the fields of the JSON object. Throws `LINK_FIELD`. */
export function readV2raynFields(fields: LinkFields, fallbackName: string): Profile {
  const version = Number(fields.text('v'))
  const server = readServer(fields.text('add', 'address', 'server', 'host_name'), fields)
  const port = readPort(fields.whole('port'))
  const net = fields.text('net', 'network')
  const security = fields.text('security')
  const { host, path } = readHostAndPath(fields, version >= 2)
  const transport = readTransport(fields, { net, host, path })
  const wantsTls = fields.text('tls').toLowerCase() || (security.toLowerCase() === 'tls' ? 'tls' : '')
  const base = {
    name: fields.rawText('ps', 'remarks', 'remark', 'name') || fallbackName || formatHostPort(server, port),
    server,
    port,
    uuid: readId(fields.text('id', 'uuid'), fields),
    alterId: readAlterId(fields),
    security: readCipher(fields.text('scy', 'cipher') || (isCipher(security) ? security : ''), fields),
    transport,
  }
  fields.know(TLS_KEYS)
  const tls = makeTls(fields, net.toLowerCase() === 'wss' ? 'tls' : wantsTls, {
    hosts: hostsOf(transport),
    server,
  })
  if (tls === undefined && port === 443) fields.note('port 443 without TLS')
  return { ...base, ...(tls === undefined ? {} : { tls }), extra: fields.extra() }
}

/**
 * In version 1 there is no path: `host` holds both, in either order; the part with a slash is the path
 * (share-formats §2.4).
 */
function readHostAndPath(fields: LinkFields, isVersion2: boolean): { host: string; path: string } {
  const host = readHost(fields)
  const path = fields.text('path')
  if (path !== '') return { host, path }
  if (isVersion2)
    return host.startsWith('/') && !host.includes(';') ? { host: '', path: host } : { host, path }
  const parts = host.split(';').map((part) => part.trim())
  const pathPart = parts.find((part) => part.startsWith('/')) ?? ''
  return { host: parts.find((part) => part !== '' && part !== pathPart) ?? '', path: pathPart }
}

/** `host` is a text, a list, or an object of headers such as `{"Host":"cdn.example.com"}`. */
function readHost(fields: LinkFields): string {
  const text = fields.text('host', 'wsHost')
  if (!text.startsWith('{') || !text.endsWith('}')) return text
  const [, name] = [...text.matchAll(HOST_HEADER)].at(-1) ?? []
  return name?.trim() ?? text
}

interface RawTransport {
  readonly net: string
  readonly host: string
  readonly path: string
}

/** What `type`, `host` and `path` mean depends on the network (share-formats §2.2). */
function readTransport(fields: LinkFields, raw: RawTransport): ProfileTransport {
  const { net, host, path } = raw
  const type = fields.text('type', 'headerType')
  const network = isHttpHeader(net, type) ? 'tcp' : readNetwork(net, 'net')
  switch (network) {
    case 'tcp':
      return readTcp(type, { host, path })
    case 'ws':
    case 'httpupgrade':
      return { network, host, ...readPath(path, fields) }
    case 'xhttp': {
      const mode = meaningful(type) || fields.text('mode') || 'auto'
      return { network, host, path: readPath(path, fields).path, mode, settings: '' }
    }
    case 'h2':
      return { network, hosts: splitList(host), path: readPath(path, fields).path }
    case 'grpc': {
      const mode = readGrpcMode(meaningful(type) || fields.text('mode'), fields)
      const authority = fields.text('authority') || host
      return { network, serviceName: path || fields.text('serviceName'), mode, authority }
    }
    case 'kcp':
      return { network, header: readDisguise(type, 'type'), seed: path || fields.text('seed') }
    case 'quic':
      return {
        network,
        header: readDisguise(type, 'type'),
        security: meaningful(host) || fields.text('quicSecurity') || 'none',
        key: path || fields.text('key'),
      }
  }
}

/** `net: http` is h2 for some and the HTTP header of tcp for others; `type: http` settles it. */
function isHttpHeader(net: string, type: string): boolean {
  return net.toLowerCase() === 'http' && type.toLowerCase() === 'http'
}

function readTcp(type: string, { host, path }: { host: string; path: string }): ProfileTransport {
  const header = type.toLowerCase()
  if (header === '' || header === 'none') return { network: 'tcp', header: 'none' }
  if (header !== 'http') throw refuseField('type', `${quoteText(type)} is not a header of tcp`)
  return { network: 'tcp', header: 'http', hosts: splitList(host), paths: splitList(path) }
}

function makeTls(
  fields: LinkFields,
  found: string,
  names: { hosts: readonly string[]; server: string },
): Profile['tls'] {
  if (TLS_OFF.includes(found)) return undefined
  if (found === 'reality') return { ...readTls(fields, names), reality: readReality(fields) }
  // Taken for "off", an unknown word would send everything in clear text.
  if (!TLS_ON.includes(found)) throw refuseField('tls', `${quoteText(found)} is not tls, reality or none`)
  if (found === 'xtls') fields.note('XTLS does not exist for VMess; plain TLS is used')
  return readTls(fields, names)
}
