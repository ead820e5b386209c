/**
 * The heads that make a connection look like HTTP (protocol §9.2). They frame nothing: what follows
 * is the bare stream, whatever the headers say.
 *
 *     METHOD SP path SP "HTTP/" version CRLF      "HTTP/" version SP status SP reason CRLF
 *     name ": " value CRLF  …                     name ": " value CRLF  …
 *     CRLF                                        CRLF
 */
import type { Random } from '../ports/ports.js'

/** Values to choose from at random, by header name. */
export type HeaderChoices = Readonly<Record<string, readonly string[]>>

export interface RequestTemplate {
  readonly version: string
  readonly method: string
  /** One is chosen at random. */
  readonly paths: readonly string[]
  readonly headers: HeaderChoices
}

export interface ResponseTemplate {
  readonly version: string
  readonly status: string
  readonly reason: string
  readonly headers: HeaderChoices
}

/** What decides the parts that are not fixed. */
export interface HeadVariables {
  readonly random: Random
  /** Milliseconds since the Unix epoch. */
  readonly now: number
}

const REFUSAL_HEADERS = { Connection: ['close'], 'Cache-Control': ['private'], 'Content-Length': ['0'] }
const NOT_FOUND = { version: '1.1', status: '404', reason: 'Not Found', headers: REFUSAL_HEADERS }
const BAD_REQUEST = { version: '1.1', status: '400', reason: 'Bad Request', headers: REFUSAL_HEADERS }

/** A request head with one value drawn for its path and for each header. */
export function formatRequestHead(template: RequestTemplate, random: Random): Uint8Array {
  const { method, paths, version, headers } = template
  return join(`${method} ${pick(paths, random)} HTTP/${version}`, draw(headers, random))
}

/** A response head; with a Date unless the template has one. */
export function formatResponseHead(template: ResponseTemplate, { random, now }: HeadVariables): Uint8Array {
  const { version, status, reason, headers } = template
  const fields = draw(headers, random)
  const dated = fields.some(([name]) => name.toLowerCase() === 'date')
  if (!dated) fields.push(['Date', new Date(now).toUTCString()])
  return join(`HTTP/${version} ${status} ${reason}`, fields)
}

/** What a peer gets in place of a response: 404 for an unknown path, 400 for all else. */
export function formatRefusal(status: 400 | 404, variables: HeadVariables): Uint8Array {
  return formatResponseHead(status === 404 ? NOT_FOUND : BAD_REQUEST, variables)
}

function draw(headers: HeaderChoices, random: Random): [name: string, value: string][] {
  return Object.entries(headers).map(([name, values]) => [name, pick(values, random)])
}

/** Drawn from 65 536, so that a list of any sensible length is drawn from evenly enough. */
function pick(values: readonly string[], random: Random): string {
  if (values.length < 2) return values[0] ?? ''
  const [high = 0, low = 0] = random(2)
  return values[((high << 8) | low) % values.length] as string
}

function join(start: string, fields: readonly (readonly [string, string])[]): Uint8Array {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${start}\r\n${lines.join('')}\r\n`, 'latin1')
}
