/** Flags whose values have a form of their own. Each complaint names the flag and what is allowed. */
import { Flags } from '@oclif/core'
import { Fault } from '../faults/fault.js'

export interface HostPort {
  readonly host: string
  /** 0 asks the system for a free one. */
  readonly port: number
}

const LOOPBACK = '127.0.0.1'
const HOST_PORT = /^(?:(?<host>[^:[\]\s]+|\[[0-9a-fA-F:.]+\])?:)?(?<port>\d{1,5})$/
const HOST_NAME = /^[^\s\p{Cc}\p{Cf}"#%/:<>?@[\\\]^`{|}]{1,255}$/u
const IPV6 = /^[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*$/
const DURATION = /^(?<amount>\d+(?:\.\d+)?)(?<unit>ms|s|m|h)$/
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
const MAX_DURATION_MS = 24 * 3_600_000

const SIZE = /^(?<amount>\d+(?:\.\d+)?)(?<unit>|B|KiB|MiB|GiB|KB|MB|GB)$/i
const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  kb: 1_000,
  mb: 1_000_000,
  gb: 1_000_000_000,
}

/** `ADDR:PORT`, `[IPv6]:PORT`, `:PORT` or `PORT`; loopback unless an address is given. */
export function parseHostPort(text: string): HostPort | undefined {
  const { host, port } = HOST_PORT.exec(text)?.groups ?? {}
  if (port === undefined || Number(port) > 65_535) return undefined
  return { host: host?.replace(/^\[|\]$/g, '') ?? LOOPBACK, port: Number(port) }
}

/** `HOST:PORT`, `[IPv6]:PORT`, or a host or IPv6 address alone, which has `defaultPort`. Throws `CLI_USAGE`. */
export function parseServer(text: string, defaultPort: number): HostPort {
  const host = parseHost(text)
  const server = host === undefined ? parseHostPort(text) : { host, port: defaultPort }
  if (server !== undefined && server.port > 0 && !text.startsWith(':')) return server
  return refuse(`this is no server: ${text}`, 'give HOST:PORT, an IPv6 address in brackets')
}

/** A host name or an IP address alone, without brackets. */
export function parseHost(text: string): string | undefined {
  const host = text.replace(/^\[(.*)\]$/, '$1')
  return IPV6.test(host) || HOST_NAME.test(text) ? host : undefined
}

/** `500ms`, `5s`, `2m` in milliseconds, a day at most. */
export function parseDuration(text: string): number | undefined {
  const { amount, unit } = DURATION.exec(text)?.groups ?? {}
  const ms = Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN)
  return ms <= MAX_DURATION_MS ? Math.round(ms) : undefined
}

/** `64KiB`, `100MB`, `5000` in bytes. */
export function parseSize(text: string): number | undefined {
  const { amount, unit = '' } = SIZE.exec(text)?.groups ?? {}
  const bytes = Math.round(Number(amount) * (UNIT_BYTES[unit.toLowerCase()] ?? Number.NaN))
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined
}

export const sizeFlag = Flags.custom<number>({
  helpValue: 'SIZE',
  parse: async (text, _context, { name }) =>
    parseSize(text) ?? refuse(`--${name} is no size: ${text}`, 'give for instance 64KiB, 100MB or 1GiB'),
})

export const hostPortFlag = Flags.custom<HostPort>({
  helpValue: 'ADDR:PORT',
  parse: async (text, _context, { name }) =>
    parseHostPort(text) ??
    refuse(`--${name} is no address to listen on: ${text}`, 'give ADDR:PORT or a port alone, 0 to 65535'),
})

/** A host name or an IP address, as others reach this machine; an IPv6 address may stand in brackets. */
export const hostFlag = Flags.custom<string>({
  helpValue: 'ADDR',
  parse: async (text, _context, { name }) =>
    parseHost(text) ??
    refuse(
      `--${name} is no address: ${text === '' ? 'it is empty' : text}`,
      'give a host name or an IP address, without a port',
    ),
})

export const durationFlag = Flags.custom<number>({
  helpValue: 'DURATION',
  parse: async (text, _context, { name }) =>
    parseDuration(text) ??
    refuse(`--${name} is no duration: ${text}`, 'give for instance 500ms, 5s or 2m; at most 24h'),
})

/** How long to wait before others are asked again. */
export const intervalFlag = Flags.custom<number>({
  helpValue: 'DURATION',
  parse: async (text, _context, { name }) => {
    const interval = parseDuration(text)
    if (interval !== undefined && interval >= 1_000) return interval
    return refuse(`--${name} is no duration of 1s or more: ${text}`, 'give for instance 30s or 5m')
  },
})

/** What a command that was given too little throws; `flags` says what would be enough. */
export function missingInput(flags: string, hint?: string): Fault {
  return new Fault('CLI_INPUT_MISSING', { what: `${flags} is needed`, ...(hint !== undefined && { hint }) })
}

/** What a command throws that was given two things where one is wanted. */
export function conflict(both: string): Fault {
  return new Fault('CLI_USAGE', { what: `${both} exclude one another`, hint: 'give one of them' })
}

function refuse(what: string, hint: string): never {
  throw new Fault('CLI_USAGE', { what, hint })
}
