/** What routing rules compare with: domains, addresses, ports, networks (config §1.3, §8.3, §8.4). */
import { parseIp } from '../address/ip.js'
import type { Place } from './place.js'
import { quote, stringList } from './scalars.js'
import { check, kindOf, type Shape } from './shape.js'

const LOCAL_FILE = /^(?:geosite|ext|ext-domain|geoip|ext-ip):/
const DOMAIN_PREFIX = /^(domain|full|keyword|regexp|geosite|dotless|ext|ext-domain):(.*)$/s
const PORT = /^\d{1,9}$/
const HIGHEST_PORT = 65_535

/** Each element of a list with the place to complain at. */
function listOf(one: (value: string, at: Place) => void): Shape<readonly string[]> {
  return check(stringList, (values, place) => {
    const places = place.items()
    for (const [i, value] of values.entries()) one(value, places[i] ?? place)
    return values
  })
}

export const domains = listOf((value, at) => {
  const [, prefix, rest = ''] = DOMAIN_PREFIX.exec(value) ?? []
  if (value === '') at.report('VM-R16', 'the empty text is part of every name')
  if (prefix === undefined) return
  if (rest === '' && prefix !== 'dotless') at.report('VM-R09', `nothing stands behind ${prefix}:`)
  else if (prefix === 'dotless' && rest.includes('.')) at.report('VM-R09', 'this text has a dot itself')
  else if (prefix === 'regexp' && !isRegExp(rest)) at.report('VM-R09', 'this is not a regular expression')
  noteFile(value, at)
})

export const addresses = listOf((value, at) => {
  if (/^!|^(geoip|ext|ext-ip):!/.test(value)) at.report('VM-R15', 'V2Ray 4.34 does not know inverted lists')
  else if (!LOCAL_FILE.test(value) && !isNetworkRange(value)) {
    at.report('VM-R08', `${quote(value)} is no IP address or network`)
  }
  noteFile(value, at)
})

function noteFile(value: string, place: Place): void {
  const [, kind = '', rest = ''] = /^(geosite|geoip|ext|ext-domain|ext-ip):([^:]*)/.exec(value) ?? []
  if (kind === '') return
  const file = kind.startsWith('geo') ? `${kind}.dat` : rest
  place.source.references.push({ kind: 'geo', file, place })
}

/** Go's dialect, near enough: what it alone knows is taken out first. */
function isRegExp(text: string): boolean {
  try {
    return new RegExp(text.replace(/\(\?[a-zA-Z]+\)/g, '').replaceAll('(?P<', '(?<')) instanceof RegExp
  } catch {
    return false
  }
}

function isNetworkRange(value: string): boolean {
  const [host = '', bits, more] = value.split('/')
  const ip = parseIp(host)
  if (ip === undefined || more !== undefined) return false
  if (bits === undefined || bits === '') return true
  return /^\d{1,3}$/.test(bits) && Number(bits) <= ip.length * 8
}

/** A number, or numbers and ranges in a text; nothing but the text is checked by V2Ray. */
export const ports: Shape<unknown> = {
  blank: undefined,
  read(place) {
    const value: unknown = place.value
    if (typeof value === 'number') {
      if (!Number.isInteger(value) || value < 0) place.report('VM-R07', 'must be a port or a list of ports')
      else if (value === 0 || value > HIGHEST_PORT) place.report('VM-R06', `no flow has the port ${value}`)
    } else if (typeof value === 'string') readPorts(value, place)
    else place.report('VM-R07', `must be a port or a list of ports, found ${kindOf(place)}`)
  },
}

function readPorts(value: string, place: Place): void {
  if (value.trim() === '') place.report('VM-R06', 'an empty text matches no port')
  for (const part of value.trim() === '' ? [] : value.split(',')) {
    const ends = part.trim().split('-')
    const [from = 0, to = from] = ends.map((end) => (PORT.test(end.trim()) ? Number(end) : Number.NaN))
    const isPorts = ends.length <= 2 && !Number.isNaN(from + to) && Math.max(from, to) <= HIGHEST_PORT
    if (part.trim().startsWith('env:')) continue
    if (!isPorts) place.report('VM-R07', `${quote(part)} is not a port or a range of ports`)
    else if (from > to) place.report('VM-R06', `the range ${from}-${to} runs backwards and matches nothing`)
  }
}

export const networks = check(stringList, (values, place) => {
  const known = values.filter((value) => ['tcp', 'udp', 'unix'].includes(value.toLowerCase().trim()))
  if (values.length > 0 && known.length === 0) place.report('VM-R06', 'no flow has such a network')
  return values
})
