import { valuesOf, type Field } from './head.js'

export interface Credentials {
  readonly user: string
  readonly pass: string
}

const BASIC = /^basic +([A-Za-z0-9+/]*={0,2}) *$/i

/** Name and password of `Proxy-Authorization: Basic` (RFC 7617); undefined when there are none. */
export function readCredentials(fields: readonly Field[]): Credentials | undefined {
  const [value = '', ...more] = valuesOf(fields, 'proxy-authorization')
  const [, encoded] = BASIC.exec(value) ?? []
  if (encoded === undefined || more.length > 0) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { user: text.slice(0, colon), pass: text.slice(colon + 1) }
}
