/** `httpSettings`, the HTTP/2 transport (config §7.5). */
import type { H2Config } from './config.js'
import type { Place } from './place.js'
import { quote, stringList, text, textThat } from './scalars.js'
import { accepted, check, convert, expectKind, object, optional, type Shape } from './shape.js'

/** Who V2Ray says it asks for where the file names nobody. */
const DEFAULT_HOSTS = ['www.example.com']
const DEFAULT_METHOD = 'PUT'

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VISIBLE = /^[\x21-\x7e]+$/
const LINE = /^[\t\x20-\x7e\x80-\xff]*$/
/** HTTP/2 has no use for them, and servers refuse requests that have one (RFC 9113 §8.2.2). */
const CONNECTION_HEADERS: readonly string[] = [
  'connection',
  'host',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]

/** A path of a request; a missing slash is added, as V2Ray does. */
const path = convert(
  textThat('', (value, place) => {
    if (value !== '' && !VISIBLE.test(value)) {
      place.report('VM-N06', `${quote(value)} is not a path of a request`, 'percent-encode what is not ASCII')
    }
    return value
  }),
  '/',
  (value) => (value.startsWith('/') ? value : `/${value}`),
)

const hosts = check(stringList, (values, place) => {
  const odd = values.find((value) => !VISIBLE.test(value))
  if (odd !== undefined) place.report('VM-N06', `${quote(odd)} is not a host`)
  return values
})

const method = textThat(DEFAULT_METHOD, (value, place) => {
  if (!TOKEN.test(value)) place.report('VM-N06', `${quote(value)} is not a method of HTTP`)
  return value
})

type Headers = Readonly<Record<string, string>>

const headers: Shape<Headers> = {
  blank: {},
  read(place) {
    if (!expectKind(place, 'object', 'an object')) return {}
    const entries = [...place.entries().values()].map(({ key, keyPlace, place: value }) => {
      if (!TOKEN.test(key)) keyPlace.report('VM-N06', `${quote(key)} is not the name of a header`)
      else if (CONNECTION_HEADERS.includes(key.toLowerCase()))
        keyPlace.report('VM-N06', 'HTTP/2 does not have this header')
      return [key.toLowerCase(), readValue(value)] as const
    })
    return Object.fromEntries(entries)
  },
}

/** V2Ray 5 takes a list and sends one of it. */
function readValue(place: Place): string {
  const [value = '', ...others] = place.node.type === 'string' ? [text.read(place)] : stringList.read(place)
  if (others.length > 0) place.report('VM-E02', 'only the first value is sent')
  if (!LINE.test(value)) place.report('VM-N06', 'a header holds one line of Latin-1 text')
  return value
}

const settings = object({
  host: optional(hosts, [] as readonly string[]),
  path: optional(path, '/'),
  method: optional(method, DEFAULT_METHOD),
  headers: optional(headers, {} as Headers),
  // Xray, while it had this transport. Ours looks after its connections by itself.
  read_idle_timeout: accepted(),
  health_check_timeout: accepted(),
})

/** What an empty block means. */
export const DEFAULT_H2: H2Config = {
  network: 'h2',
  path: '/',
  hosts: DEFAULT_HOSTS,
  method: DEFAULT_METHOD,
  headers: {},
}

export const h2Settings: Shape<H2Config> = convert(
  settings,
  DEFAULT_H2,
  ({ host, path, method, headers }) => ({
    network: 'h2',
    path,
    hosts: host.length === 0 ? DEFAULT_HOSTS : host,
    method,
    headers,
  }),
)
