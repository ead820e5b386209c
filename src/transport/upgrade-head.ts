/** Heads of HTTP requests that turn a connection into something else, and what answers them. */
import type { HttpPlaceConfig } from '../config/config.js'
import type { Address } from '../contracts/transport.js'
import { type Field, type Head, encodeHead, elementsOf, valuesOf } from '../http-proxy/head.js'

/** The longest request head that is read: a header of early data is at most a few KiB. */
export const REQUEST_LIMIT = 16 * 1024

/** What v2ray's clients say; a request without the field looks stranger than one with it. */
const USER_AGENT = 'Go-http-client/1.1'
const REASONS = { 400: 'Bad Request', 404: 'Not Found', 431: 'Request Header Fields Too Large' } as const

export type Status = keyof typeof REASONS

export interface UpgradeRequest {
  /** With the query, percent-encoded where it has to be. */
  readonly target: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  /** Of the protocol; they come behind those of the configuration. */
  readonly fields: readonly Field[]
}

export function encodeUpgradeRequest({ target, host, headers, fields }: UpgradeRequest): Uint8Array {
  const own = fields.map(([name]) => name.toLowerCase())
  const given = Object.entries(headers).filter(([name]) => !own.includes(name.toLowerCase()))
  const named = given.some(([name]) => name.toLowerCase() === 'user-agent')
  return encodeHead({
    start: `GET ${escapeTarget(target)} HTTP/1.1`,
    fields: [['Host', host], ...(named ? [] : [['User-Agent', USER_AGENT] as const]), ...given, ...fields],
  })
}

/** Percent-encodes what no request line can hold, and leaves what is encoded already. */
function escapeTarget(target: string): string {
  return target.replace(/[^\x21-\x7e]+/gu, (part) => encodeURIComponent(part))
}

/** What WebSocket and HTTPUpgrade are told of where they are. */
export interface UpgradeContext {
  readonly place: HttpPlaceConfig
  /** Whether TLS is below. */
  readonly secure: boolean
  /** The name that TLS is told, if one is configured. */
  readonly serverName?: string | undefined
}

/** The Host that is asked for: the configured one, the TLS name, else where we connect to. */
export function hostFor(address: Address, { place, serverName, secure }: UpgradeContext): string {
  if (place.host !== undefined) return place.host
  if (serverName !== undefined) return serverName
  if (address.kind === 'unix') return 'localhost'
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return address.port === (secure ? 443 : 80) ? host : `${host}:${address.port}`
}

export interface RequestFacts {
  readonly method: string
  /** As it was sent, without scheme and host. */
  readonly target: string
  /** Decoded, without the query. */
  readonly path: string
  readonly host: string
  readonly fields: readonly Field[]
  /** Whether it asks for this protocol in place of HTTP. */
  upgradesTo(protocol: string): boolean
}

/** Undefined for a start line that is no request of HTTP/1. */
export function readRequest({ start, fields }: Head): RequestFacts | undefined {
  const [, method, url, version] = /^(\S+) (\S+) (HTTP\/1\.\d)$/.exec(start) ?? []
  if (method === undefined || url === undefined || version === undefined) return undefined
  const target = url.replace(/^https?:\/\/[^/?]*/i, '')
  const path = target.split('?', 1)[0] ?? ''
  return {
    method,
    target,
    path: decodePath(path),
    host: valuesOf(fields, 'host')[0] ?? '',
    fields,
    upgradesTo: (protocol) =>
      method === 'GET' &&
      elementsOf(fields, 'upgrade').includes(protocol) &&
      elementsOf(fields, 'connection').includes('upgrade'),
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    // Not valid UTF-8 behind the percent signs: such a path is no configured one.
    return path
  }
}

/** Host names are compared without case and port (as Xray does). */
export function sameHost(found: string, wanted: string): boolean {
  return bareHost(found) === bareHost(wanted)
}

function bareHost(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '')
}

export function encodeSwitching(fields: readonly Field[]): Uint8Array {
  return encodeHead({
    start: 'HTTP/1.1 101 Switching Protocols',
    fields: [['Upgrade', 'websocket'], ['Connection', 'Upgrade'], ...fields],
  })
}

/** What an ordinary web server says to a request it has nothing for. */
export function encodeRefusal(status: Status, now: Date): Uint8Array {
  return encodeHead({
    start: `HTTP/1.1 ${status} ${REASONS[status]}`,
    fields: [
      ['Date', now.toUTCString()],
      ['Content-Length', '0'],
      ['Connection', 'close'],
    ],
  })
}

export interface ReplyFacts {
  readonly status: number
  readonly reason: string
  readonly fields: readonly Field[]
}

/** Undefined for a start line that is no answer of HTTP/1. */
export function readReply({ start, fields }: Head): ReplyFacts | undefined {
  const [, status, reason] = /^HTTP\/1\.\d (\d{3}) ?(.*)$/.exec(start) ?? []
  return status === undefined ? undefined : { status: Number(status), reason: reason ?? '', fields }
}
