/**
 * What an application asks of a proxy (RFC 9112 §3).
 *
 *     CONNECT host:port HTTP/1.1                 a tunnel
 *     GET http://host:port/path HTTP/1.1         one request for a web server
 *     GET /path HTTP/1.1 with Host               the same, from one who thinks we are the web server
 */
import { type Destination, makeDestination } from '../address/destination.js'
import { isHostName } from '../address/host-name.js'
import { Fault } from '../faults/fault.js'
import { type Framing, requestFraming } from './framing.js'
import { elementsOf, type Field, type Head, isToken, valuesOf } from './head.js'

interface Asked {
  readonly destination: Destination
  readonly method: string
  /** The 1 of HTTP/1.1. */
  readonly minor: 0 | 1
  readonly fields: readonly Field[]
}

export interface ConnectRequest extends Asked {
  readonly kind: 'connect'
}

export interface ForwardRequest extends Asked {
  readonly kind: 'forward'
  /** Path and query, or `*`. */
  readonly path: string
  /** `host` or `host:port`, as the web server shall see it. */
  readonly authority: string
  readonly framing: Framing
  /** Whether the application would send another request on this connection. */
  readonly persist: boolean
}

export type ProxyRequest = ConnectRequest | ForwardRequest

export interface RequestRules {
  /** Whether a request that names its host only in the Host header is taken. */
  readonly allowTransparent: boolean
}

const REQUEST_LINE = /^(\S+) (\S+) HTTP\/(\d)\.(\d)$/
const ABSOLUTE = /^([a-z][a-z0-9+.-]*):\/\/([^/?]*)(.*)$/i
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i
const VISIBLE_ASCII = /^[\x21-\x7e]+$/
const HTTP_PORT = 80

/** Throws `HTTP_HEAD`, `HTTP_VERSION`, `HTTP_TARGET` and `HTTP_FRAMING`. */
export function parseRequest({ start, fields }: Head, rules: RequestRules): ProxyRequest {
  const [, method = '', target = '', major, minorText] = REQUEST_LINE.exec(start) ?? []
  if (!isToken(method) || !VISIBLE_ASCII.test(target)) {
    throw new Fault('HTTP_HEAD', { why: 'the first line is not that of a request' })
  }
  if (major !== '1' || (minorText !== '0' && minorText !== '1')) {
    throw new Fault('HTTP_VERSION', { why: `the request says ${major}.${minorText}; expected 1.0 or 1.1` })
  }
  const minor = minorText === '0' ? 0 : 1
  const framing = requestFraming(fields, minor)
  if (method === 'CONNECT') {
    if (!isEmpty(framing)) {
      throw new Fault('HTTP_FRAMING', { why: 'a CONNECT request has no body' })
    }
    return { kind: 'connect', destination: parseAuthority(target), method, minor, fields }
  }
  const { authority, path } = locate(target, { fields, method, rules })
  const destination = parseAuthority(authority, HTTP_PORT)
  return {
    kind: 'forward',
    destination,
    method,
    minor,
    fields,
    path,
    authority,
    framing,
    persist: persists(fields, minor),
  }
}

/** `host:port`, with a port unless there is a default. Throws `HTTP_TARGET`. */
function parseAuthority(authority: string, defaultPort?: number): Destination {
  const [, host = '', portText] = AUTHORITY.exec(authority) ?? []
  const port = portText === undefined ? defaultPort : Number(portText)
  if (port === undefined || port < 1 || port > 65_535) {
    throw new Fault('HTTP_TARGET', { why: 'it has no port between 1 and 65535 where one is needed' })
  }
  const destination = makeDestination(host, port)
  if (destination.kind === 'domain' && !isHostName(host)) {
    throw new Fault('HTTP_TARGET', { why: 'its host is neither a name nor an address' })
  }
  return destination
}

interface LocateOptions {
  readonly fields: readonly Field[]
  readonly method: string
  readonly rules: RequestRules
}

function locate(
  target: string,
  { fields, method, rules }: LocateOptions,
): { authority: string; path: string } {
  const hosts = valuesOf(fields, 'host')
  if (hosts.length > 1) throw new Fault('HTTP_TARGET', { why: 'it has more than one Host header' })
  const [, scheme, authority = '', rest = ''] = ABSOLUTE.exec(target) ?? []
  if (scheme !== undefined) {
    if (scheme.toLowerCase() !== 'http') {
      throw new Fault('HTTP_TARGET', { why: `${scheme}:// is not forwarded; only http:// is, and CONNECT` })
    }
    if (target.includes('#')) throw new Fault('HTTP_TARGET', { why: 'it has a fragment' })
    return { authority, path: originForm(rest, method) }
  }
  const [host] = hosts
  if (!rules.allowTransparent || host === undefined || !target.startsWith('/')) {
    throw new Fault('HTTP_TARGET', { why: 'it names a path and no host' })
  }
  return { authority: host, path: target }
}

function originForm(rest: string, method: string): string {
  if (rest === '') return method === 'OPTIONS' ? '*' : '/'
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** HTTP/1.1 keeps a connection unless told otherwise, HTTP/1.0 only when asked (RFC 9112 §9.3). */
function persists(fields: readonly Field[], minor: 0 | 1): boolean {
  const wishes = [...elementsOf(fields, 'connection'), ...elementsOf(fields, 'proxy-connection')]
  return !wishes.includes('close') && (minor === 1 || wishes.includes('keep-alive'))
}

function isEmpty(framing: Framing): boolean {
  return framing.kind === 'length' && framing.length === 0
}
