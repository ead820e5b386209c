/** What the writer of a vector file needs, and the values that most vectors share (those of v2ray). */
import { type NaiveHeader, domain } from '../../support/naive-vmess.js'

export interface VectorSource {
  /** Below `test/vectors/vmess`, without `.txt`. */
  readonly path: string
  readonly fields: Readonly<Record<string, string | number>>
  /** Parts of the input, one line of hex each. */
  readonly parts: readonly Uint8Array[]
  /** The same bytes as v2ray, or another source, has them: the writer compares. */
  readonly published?: string
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const bytes = (text: string): Buffer => Buffer.from(text.replace(/\s+/g, ''), 'hex')

export const UUID = bytes('b831381d63244d53ad4f8cda48b30811')
export const OTHER_UUID = bytes('66ad4540b58c4ad29926ea63445a9b57')
export const SECONDS = 1_700_000_000
export const BODY_IV = bytes('101112131415161718191a1b1c1d1e1f')
export const BODY_KEY = bytes('202122232425262728292a2b2c2d2e2f')
export const CHECK = 0x5a
export const AUTH_RANDOM = bytes('01020304')
export const NONCE = bytes('a1a2a3a4a5a6a7a8')
export const PADDING = bytes('aabbcc')

/** The header that the published vectors call H1. */
export const H1: NaiveHeader = {
  iv: BODY_IV,
  key: BODY_KEY,
  check: CHECK,
  options: 0x0d,
  security: 3,
  command: 1,
  address: domain(443, 'www.example.com'),
  padding: PADDING,
}

export const V2RAY = 'opened with v2ray-core 4.45.2 and exchanged with v2ray 4.34.0'
export const RECOMPUTED = 'recomputed with v2ray-core 4.45.2'
export const NAIVE = 'test/support/naive-vmess.ts'

/** A copy with one bit of byte `at` flipped; a negative `at` counts from the end. */
export function flip(source: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(source)
  const index = at < 0 ? copy.length + at : at
  copy[index] = (copy[index] as number) ^ 1
  return copy
}
