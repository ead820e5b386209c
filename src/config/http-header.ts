/** The HTTP disguise of tcp, `tcpSettings.header` (config §7.2). */
import type { HttpHeaderConfig } from './config.js'
import { V2RAY_HTTP_HEADS } from '../disguise/http-heads.js'
import type { Place } from './place.js'
import { quote, stringList, text, textThat } from './scalars.js'
import { anything, convert, expectKind, maybe, object, optional, required, type Shape } from './shape.js'

type Headers = Readonly<Record<string, readonly string[]>>

/** What V2Ray says where the file says nothing. */
export const DEFAULT_HTTP_HEADER: HttpHeaderConfig = V2RAY_HTTP_HEADS

/** Readers of other makes cut longer heads in two and then refuse them (protocol §9.2). */
const SAFE_HEAD_BYTES = 2_047
/** A Date and the line ends of a head, at most. */
const HEAD_EXTRA_BYTES = 64

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VERSION = /^\d\.\d$/
const STATUS = /^[1-9]\d\d$/
const NO_SPACE = /^[\x21-\x7e\x80-\xff]+$/
const LINE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Text of a form; empty where the file wants the default. */
function formed(form: RegExp, wanted: string): Shape<string> {
  return textThat('', (value, place) => {
    if (value !== '' && !form.test(value)) place.report('VM-N06', `${quote(value)} is not ${wanted}`)
    return value
  })
}

const paths: Shape<readonly string[]> = {
  blank: [],
  read(place) {
    const values = stringList.read(place)
    const odd = values.find((value) => !NO_SPACE.test(value) || !value.startsWith('/'))
    if (odd !== undefined)
      place.report('VM-N06', `${quote(odd)} is not a path; it begins with / and has no spaces`)
    return values
  },
}

/** Names to lists of values, in order of the names, as V2Ray sends them. */
const headers: Shape<Headers> = {
  blank: {},
  read(place) {
    if (!expectKind(place, 'object', 'an object')) return {}
    const entries = [...place.entries().values()].map(({ key, keyPlace, place: value }) => {
      if (!TOKEN.test(key)) keyPlace.report('VM-N06', `${quote(key)} is not the name of a header`)
      return [key, readValues(value)] as const
    })
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  },
}

function readValues(place: Place): readonly string[] {
  if (place.isNull) place.report('VM-N10', 'a header needs a value')
  if (place.isNull) return []
  const values = stringList.read(place)
  if (values.some((value) => !LINE.test(value)))
    place.report('VM-N06', 'a header holds one line of Latin-1 text')
  return values
}

const request = object({
  version: optional(formed(VERSION, 'a version of HTTP, such as 1.1'), ''),
  method: optional(formed(TOKEN, 'a method of HTTP'), ''),
  path: optional(paths, [] as readonly string[], 'uri'),
  headers: optional(headers, {} as Headers),
})

const response = object({
  version: optional(formed(VERSION, 'a version of HTTP, such as 1.1'), ''),
  status: optional(formed(STATUS, 'a status of three digits'), ''),
  reason: optional(formed(LINE, 'a line of text'), ''),
  headers: optional(headers, {} as Headers),
})

const httpHeader: Shape<HttpHeaderConfig> = convert(
  object({ type: maybe(text), request: maybe(request), response: maybe(response) }),
  DEFAULT_HTTP_HEADER,
  (values, place) => {
    const config: HttpHeaderConfig = {
      request: mergeRequest(values.request),
      response: mergeResponse(values.response),
    }
    warnIfLong(config, place)
    return config
  },
)

function mergeRequest(given: typeof request.blank | undefined): HttpHeaderConfig['request'] {
  const fallback = DEFAULT_HTTP_HEADER.request
  if (given === undefined) return fallback
  return {
    version: given.version || fallback.version,
    method: given.method || fallback.method,
    paths: given.path.length === 0 ? fallback.paths : given.path,
    headers: Object.keys(given.headers).length === 0 ? fallback.headers : given.headers,
  }
}

function mergeResponse(given: typeof response.blank | undefined): HttpHeaderConfig['response'] {
  const fallback = DEFAULT_HTTP_HEADER.response
  if (given === undefined) return fallback
  return {
    version: given.version || fallback.version,
    status: given.status || fallback.status,
    reason: given.reason || fallback.reason,
    headers: Object.keys(given.headers).length === 0 ? fallback.headers : given.headers,
  }
}

function warnIfLong({ request, response }: HttpHeaderConfig, place: Place): void {
  const { method, paths, headers } = request
  const sizes = {
    request: longest([method]) + longest(paths) + sizeOf(headers),
    response: longest([response.reason]) + sizeOf(response.headers),
  }
  for (const [part, size] of Object.entries(sizes)) {
    if (size + HEAD_EXTRA_BYTES <= SAFE_HEAD_BYTES) continue
    place
      .spot(part)
      .report('VM-N07', `this head may exceed ${SAFE_HEAD_BYTES} bytes, which V2Ray does not read`)
  }
}

function sizeOf(headers: Headers): number {
  return Object.entries(headers).reduce((sum, [name, values]) => sum + name.length + longest(values) + 4, 0)
}

function longest(values: readonly string[]): number {
  return Math.max(0, ...values.map((value) => value.length))
}

/** `tcpSettings.header`; undefined for none. Its other keys mean nothing then. */
export const tcpHeader: Shape<HttpHeaderConfig | undefined> = {
  blank: undefined,
  read(place) {
    const { type } = object({
      type: required(text),
      request: maybe(anything),
      response: maybe(anything),
    }).read(place)
    switch (type.toLowerCase()) {
      case 'http':
        return httpHeader.read(place)
      case 'none':
      case '':
        return undefined
      default:
        place.spot('type').report('VM-N05', `${quote(type)} is not a header of tcp`)
        return undefined
    }
  },
}
