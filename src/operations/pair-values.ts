/** What may be chosen for a pair, and whether a value will do: for flags and for questions alike. */
import { SECURITIES } from '../account/security.js'
import { isHostName } from '../address/host-name.js'
import { parseIp } from '../address/ip.js'
import { PAIR_PURPOSES } from '../dialects/pair-plan.js'
import { SERVER_DIALECTS } from '../dialects/server-profile.js'

export type { PairPurpose } from '../dialects/pair-plan.js'
export type { ServerDialect as PairFormat } from '../dialects/server-profile.js'

export const PAIR_TRANSPORTS = ['tcp', 'ws', 'httpupgrade', 'h2', 'grpc', 'kcp'] as const
export type PairTransport = (typeof PAIR_TRANSPORTS)[number]

/** Of tcp: none and http; of kcp all but http. */
export const PAIR_HEADERS = ['none', 'http', 'srtp', 'utp', 'wechat-video', 'dtls', 'wireguard'] as const
export type PairHeader = (typeof PAIR_HEADERS)[number]

export const PAIR_TLS_MODES = ['none', 'files', 'self-signed', 'front'] as const
export type PairTlsMode = (typeof PAIR_TLS_MODES)[number]

export const PAIR_SIDES = ['server', 'client', 'both'] as const

/** The words of flags, for a command line that knows no operations. */
export const PAIR_WORDS = {
  purposes: PAIR_PURPOSES,
  transports: PAIR_TRANSPORTS,
  headers: PAIR_HEADERS,
  formats: SERVER_DIALECTS,
  sides: PAIR_SIDES,
  // The legacy cipher is one that only a server's own command can ask for.
  securities: SECURITIES.filter((name) => name !== 'aes-128-cfb'),
} as const

export const MOST_USERS = 10_000
const LONGEST_PATH = 256
const LONGEST_NAME = 64
const ALL_INTERFACES: readonly string[] = ['0.0.0.0', '::']

/** What is wrong with a value; undefined when it will do. Each ends a sentence that began with its name. */
type Complaint = string | undefined

export function checkAddress(text: string): Complaint {
  const host = text.replace(/^\[(.*)\]$/, '$1')
  if (host === '') return 'is empty; give a domain or an IP address'
  if (ALL_INTERFACES.includes(host)) return 'is no address that clients could dial; give the one they see'
  if (/^[\d.]+$/.test(host) && parseIp(host) === undefined) return 'looks like an IPv4 address and is none'
  if (parseIp(host) !== undefined || isHostName(host)) return undefined
  return 'is neither a domain nor an IP address; give it without a scheme and a port'
}

export function checkPort(text: string): Complaint {
  const port = Number(text)
  return /^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535 ? undefined : 'is not a port from 1 to 65535'
}

/** A path that every HTTP-like transport of every core takes literally. */
export function checkPath(text: string): Complaint {
  if (!text.startsWith('/')) return 'must begin with /'
  if (text.length > LONGEST_PATH) return `has more than ${LONGEST_PATH} characters`
  if (/[?#]/.test(text)) return 'holds ? or #, which cores read in different ways'
  return /^[\w/.~!$&'()*+,;=:@%-]+$/.test(text) ? undefined : 'holds a character that no path can have'
}

export function checkHost(text: string): Complaint {
  if (parseIp(text) !== undefined || isHostName(text)) return undefined
  return 'is not a host name'
}

export function checkServiceName(text: string): Complaint {
  return /^[\w.-]{1,100}$/.test(text) ? undefined : 'must be 1 to 100 letters, digits, dots, dashes or _'
}

export function checkSeed(text: string): Complaint {
  return /^[\x21-\x7e]{0,128}$/.test(text) ? undefined : 'must be at most 128 ASCII characters without spaces'
}

/** Names end up in logs, statistics and file names, and V2Ray compares them without case. */
export function checkNames(names: readonly string[]): Complaint {
  if (names.length === 0) return 'are missing; one at least is needed'
  if (names.length > MOST_USERS) return `are more than ${MOST_USERS}`
  const odd = names.find(
    (name) => !/^[\p{L}\p{N}][\p{L}\p{N}@._+-]*$/u.test(name) || name.length > LONGEST_NAME,
  )
  if (odd !== undefined) {
    return `are letters, digits and @._+- only, at most ${LONGEST_NAME} of them, beginning with a letter or digit`
  }
  const lower = names.map((name) => name.toLowerCase())
  const twice = names.find((_, i) => lower.indexOf(lower[i] as string) !== i)
  return twice === undefined ? undefined : 'must differ; case does not count'
}

export function checkAlterId(text: string): Complaint {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? undefined : 'is not a number from 0 to 65535'
}

/** Transports that a web server in front can pass on. */
export function fitsBehindWeb(transport: PairTransport): boolean {
  return transport === 'ws' || transport === 'httpupgrade' || transport === 'grpc'
}
