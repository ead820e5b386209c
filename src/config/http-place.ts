/** Path, Host and headers of WebSocket and HTTPUpgrade (config §7.4, §7.7). */
import type { EarlyDataConfig, HttpPlaceConfig } from './config.js'
import type { Place } from './place.js'
import { quote, text } from './scalars.js'
import { expectKind, type Shape } from './shape.js'

/** The header that Xray puts early data into. */
export const EARLY_HEADER = 'Sec-WebSocket-Protocol'

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** More does not fit into the heads that servers read. */
const MOST_EARLY = 8_192

export interface PathAndEarly {
  readonly path: string
  readonly earlyData?: EarlyDataConfig
}

/** Takes Xray's `?ed=N` out of a path and adds the slash in front. The rest of the query stays. */
export function splitPath(given: string): PathAndEarly {
  const whole = given.startsWith('/') ? given : `/${given}`
  const at = whole.indexOf('?')
  if (at < 0) return { path: whole }
  const parts = whole.slice(at + 1).split('&')
  const found = parts.map((part) => /^ed=(\d+)$/.exec(part)?.[1]).find((part) => part !== undefined)
  if (found === undefined) return { path: whole }
  const query = parts.filter((part) => !part.startsWith('ed=')).join('&')
  const bytes = Math.min(Number(found), MOST_EARLY)
  return {
    path: whole.slice(0, at) + (query === '' ? '' : `?${query}`),
    ...(bytes > 0 && { earlyData: { bytes, header: EARLY_HEADER } }),
  }
}

export const placePath: Shape<PathAndEarly> = {
  blank: { path: '/' },
  read(place) {
    const found = text.read(place)
    // Spaces and control characters would end the request line.
    if (/[\s\p{Cc}]/u.test(found))
      place.report('VM-N06', `${quote(found)} holds a character that no path can have`)
    return splitPath(found)
  },
}

export const hostName: Shape<string> = {
  blank: '',
  read(place) {
    const found = text.read(place)
    if (!VALUE.test(found) || /\s/.test(found)) place.report('VM-N06', `${quote(found)} is not a Host`)
    return found
  },
}

/** Names to values; V2Ray takes no lists here. */
export const httpHeaders: Shape<Readonly<Record<string, string>>> = {
  blank: {},
  read(place) {
    if (!expectKind(place, 'object', 'an object of strings')) return {}
    return Object.fromEntries(
      [...place.entries().values()].map(({ key, place: at }) => [key, readHeader(key, at)]),
    )
  },
}

function readHeader(name: string, at: Place): string {
  const value = text.read(at)
  if (!NAME.test(name)) at.report('VM-N06', `${quote(name)} is not the name of a header`)
  if (!VALUE.test(value)) at.report('VM-N06', 'the value holds characters that no header can have')
  return value
}

/**
 * Joins the fields. `Host` among the headers is what a client asks for; a server checks only `host`, as
 * V2Ray, whose servers do not check, has no such field.
 */
export function makePlace(
  values: {
    readonly path: string
    readonly host: string
    readonly headers: Readonly<Record<string, string>>
  },
  role: 'inbound' | 'outbound',
): HttpPlaceConfig {
  const entries = Object.entries(values.headers)
  const isHost = ([name]: readonly [string, string]): boolean => name.toLowerCase() === 'host'
  const inHeaders = role === 'outbound' ? entries.find(isHost)?.[1] : undefined
  const host = values.host === '' ? inHeaders : values.host
  const headers = Object.fromEntries(entries.filter((entry) => !isHost(entry)))
  return { path: values.path, headers, ...(host !== undefined && host !== '' && { host }) }
}
