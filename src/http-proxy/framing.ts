/**
 * Where the body of a message ends (RFC 9112 §6). Two readers that disagree here can be made to see
 * different requests, so in a request whatever is ambiguous is refused.
 */
import { Fault } from '../faults/fault.js'
import { elementsOf, type Field, valuesOf } from './head.js'

export type Framing =
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  /** Responses only: the body ends with the connection. */
  | { readonly kind: 'until-close' }

export const NO_BODY: Framing = { kind: 'length', length: 0 }

/** 15 digits stay exact in a number. */
const LENGTH = /^\d{1,15}$/

/** Throws `HTTP_FRAMING` for anything but one Content-Length, or `chunked` alone, or neither. */
export function requestFraming(fields: readonly Field[], minor: 0 | 1): Framing {
  const lengths = valuesOf(fields, 'content-length')
  const codings = valuesOf(fields, 'transfer-encoding')
  if (codings.length === 0) return lengths.length === 0 ? NO_BODY : lengthFraming(lengths)
  if (lengths.length > 0) throw ambiguous('both Content-Length and Transfer-Encoding are given')
  if (minor === 0) throw ambiguous('HTTP/1.0 has no Transfer-Encoding')
  if (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked') {
    throw ambiguous('Transfer-Encoding is not chunked alone')
  }
  return { kind: 'chunked' }
}

/** The same for the answer to a request of `method`. Throws `HTTP_FRAMING`. */
export function responseFraming(fields: readonly Field[], status: number, method: string): Framing {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return NO_BODY
  const lengths = valuesOf(fields, 'content-length')
  const codings = elementsOf(fields, 'transfer-encoding')
  if (codings.length > 0) {
    if (lengths.length > 0) throw ambiguous('both Content-Length and Transfer-Encoding are given')
    return codings.at(-1) === 'chunked' ? { kind: 'chunked' } : { kind: 'until-close' }
  }
  // Some servers repeat the line; with one value there is nothing to disagree on.
  return lengths.length === 0 ? { kind: 'until-close' } : lengthFraming([...new Set(lengths)])
}

function lengthFraming(lengths: readonly string[]): Framing {
  const [length = ''] = lengths
  if (lengths.length > 1) throw ambiguous(`Content-Length is given ${lengths.length} times`)
  if (!LENGTH.test(length)) throw ambiguous('Content-Length is not a number')
  return { kind: 'length', length: Number(length) }
}

function ambiguous(why: string): Fault {
  return new Fault('HTTP_FRAMING', { why })
}
