import { valuesOf, type Field } from './head.js'

export interface Credentials {
  readonly user: string
  readonly pass: string
}

/** Longest value that is looked at; name and password of 255 bytes each take 684 characters. */
const LONGEST_VALUE = 1024
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Name and password of `Proxy-Authorization: Basic` (RFC 7617), at most 1 KiB; undefined when there are none. */
export function readCredentials(fields: readonly Field[]): Credentials | undefined {
  const [value = '', ...more] = valuesOf(fields, 'proxy-authorization')
  if (more.length > 0 || value.length > LONGEST_VALUE) return undefined
  const space = value.indexOf(' ')
  const encoded = value.slice(space + 1).trim()
  if (space < 0 || value.slice(0, space).toLowerCase() !== 'basic' || !BASE64.test(encoded)) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { user: text.slice(0, colon), pass: text.slice(colon + 1) }
}
