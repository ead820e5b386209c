/** Addresses and ports as configurations write them (config §1.3). */
import { formatIp, parseIp } from '../address/ip.js'
import type { Place } from './place.js'
import { quote, textThat, wholeNumber } from './scalars.js'
import type { RuleId } from './rules/table.js'
import { kindOf, ruled, type Shape } from './shape.js'

const ENVIRONMENT_PREFIX = 'env:'
/** One byte holds the length of a domain on the wire. */
const MAX_HOST_BYTES = 255
const NO_HOST = /[\s/\\:?#@[\]\p{Cc}]/u
const PORT_RANGE = /^(\d{1,5})(?:-(\d{1,5}))?$/

/** A host that is dialled: an IP literal in its usual form, or a domain. Xray's `env:NAME` is replaced. */
export const host: Shape<string> = textThat('', (written, place) => {
  const value = expandEnvironment(written, place)
  if (value === undefined) return ''
  const bare = trimAddress(value)
  if (bare === '') {
    place.report('VM-O02', 'the address is empty')
    return ''
  }
  const ip = parseIp(bare)
  if (ip !== undefined) return formatIp(ip)
  if (NO_HOST.test(bare) || Buffer.byteLength(bare) > MAX_HOST_BYTES) {
    const hint = /:\d+$/.test(bare) ? 'give the port in its own field' : undefined
    place.report('VM-O02', `${quote(bare)} is neither an IP address nor a domain name`, hint)
  }
  return bare
})

/** An IP literal, given back in its usual form. */
export const ipAddress: Shape<string> = textThat('', (value, place) => {
  const ip = parseIp(trimAddress(value))
  if (ip !== undefined) return formatIp(ip)
  place.report('VM-O04', `${quote(value)} is not an IP address`)
  return '0.0.0.0'
})

/** A port that is dialled. 0 loads in V2Ray and fails at the first connection, so it is refused here. */
export const dialPort: Shape<number> = ruled('VM-O03', wholeNumber(1, 65_535))

/**
 * Ports to listen on: a number, `"443"`, `"1000-2000"`, `"env:NAME"`, and lists of them as Xray takes
 * them (`"80,443,1000-1010"`). In the order of the file; each port once.
 */
export const listenPorts: Shape<readonly number[]> = {
  blank: [],
  read(place) {
    if (place.node.type === 'number') return readListed(place.raw, place)
    if (place.node.type !== 'string') {
      place.report('VM-P01', `must be a port or a range of ports, found ${kindOf(place)}`)
      return []
    }
    const value = expandEnvironment(place.node.value as string, place)
    return value === undefined ? [] : readListed(value, place)
  },
}

function readListed(value: string, place: Place): readonly number[] {
  if (value.includes(',')) place.report('VM-P08', 'only Xray and this program take a list of ports')
  const taken = new Uint8Array(65_536)
  const ports: number[] = []
  for (const part of value.split(',')) {
    const range = readRange(part.trim())
    if ('problem' in range) {
      place.report(range.rule, range.problem, 'a port from 1 to 65535, or a range such as "1000-2000"')
      return []
    }
    for (let port = range.from; port <= range.to; port++) {
      if (taken[port] === 0) ports.push(port)
      taken[port] = 1
    }
  }
  return ports
}

interface BadRange {
  readonly rule: RuleId
  readonly problem: string
}

/** The ends of one range, or what is wrong with it. */
function readRange(value: string): { from: number; to: number } | BadRange {
  const match = PORT_RANGE.exec(value)
  const bad = (problem: string, rule: RuleId = 'VM-P01'): BadRange => ({ rule, problem })
  if (match === null) return bad(`${quote(value)} is not a port or a range of ports`)
  const from = Number(match[1])
  const to = Number(match[2] ?? match[1])
  if (from > 65_535 || to > 65_535) return bad(`${quote(value)} goes beyond port 65535`)
  if (from === 0) return bad('port 0 cannot be listened on from a configuration', 'VM-P03')
  if (from > to) return bad(`the range ${from}-${to} runs backwards`)
  return { from, to }
}

/** `env:NAME` as the value of that variable; undefined after a complaint when it is not set. */
function expandEnvironment(value: string, place: Place): string | undefined {
  if (!value.startsWith(ENVIRONMENT_PREFIX)) return value
  const name = value.slice(ENVIRONMENT_PREFIX.length)
  const found = Object.hasOwn(place.source.environment, name) ? place.source.environment[name] : undefined
  if (found === undefined || found === '')
    place.report('VM-P07', `the environment variable ${quote(name)} is not set`)
  return found === '' ? undefined : found
}

/** V2Ray drops brackets, and white space where a text begins or ends with something odd. */
function trimAddress(value: string): string {
  const trimmed = value.trim()
  return trimmed.startsWith('[') && trimmed.endsWith(']') ? trimmed.slice(1, -1) : trimmed
}
