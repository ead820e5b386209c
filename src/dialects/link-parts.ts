/** The parts that links of all forms are made of. */
import type { DialectId } from './dialect-ids.js'
import { quoteText } from './display-text.js'
import { type LinkFields, refuseField } from './link-fields.js'
import { readId, readPort, readServer } from './link-values.js'
import { decodePercent } from './percent.js'
import type { Profile } from './profile.js'
import { splitOnce } from './transport-values.js'

/** The three parts of the text behind `vmess://`, still encoded. */
export interface UrlParts {
  readonly authority: string
  readonly query: string
  readonly fragment: string
}

/** What one form of link was read to. */
export interface LinkReading {
  readonly profile: Profile
  readonly style: Extract<DialectId, LinkForm>
  readonly notes: readonly string[]
}

export type LinkForm = 'v2rayn' | 'url' | 'kitsunebi' | 'v2rayu' | 'v2fly' | 'shadowrocket' | 'quantumult'

const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]*)(?::([^:]*))?$/s

export function splitLink(rest: string): UrlParts {
  const [beforeName, fragment = ''] = splitOnce(rest, '#')
  const [authority, query = ''] = splitOnce(beforeName, '?')
  return { authority: authority.trim(), query, fragment }
}

export function readQuery(query: string): readonly (readonly [string, string])[] {
  return query
    .replaceAll('&amp;', '&')
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [key, value = ''] = splitOnce(part, '=')
      return [decodePercent(key), decodePercent(value)]
    })
}

/** `id@host:port`, percent-encoded or not. Throws `LINK_FIELD`. */
export function readIdAtHost(text: string, fields: LinkFields): Pick<Profile, 'uuid' | 'server' | 'port'> {
  const at = text.lastIndexOf('@')
  const match = at < 0 ? null : HOST_AND_PORT.exec(text.slice(at + 1))
  if (match === null) throw refuseField('address', 'there is no id@host:port')
  const [, host = '', port = ''] = match
  const bare = decodePercent(host)
    .trim()
    .replace(/^\[(.*)\]$/s, '$1')
  const server = readServer(bare, fields)
  return { server, port: readUrlPort(port), uuid: readId(decodePercent(text.slice(0, at)), fields) }
}

function readUrlPort(port: string): number {
  const text = decodePercent(port).trim()
  if (text === '') return readPort(undefined)
  if (!/^\d{1,10}$/.test(text)) throw refuseField('port', `${quoteText(text)} is not a port`)
  return readPort(Number(text))
}

/** The name in a fragment or in the query; empty for none. */
export function readLinkName(fragment: string, fields: LinkFields): string {
  return decodePercent(fragment).trim() || fields.rawText('remarks', 'remark')
}
