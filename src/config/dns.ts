/** `dns` (config §11). V2Ray asks its own resolver only for routing and for freedom with UseIP. */
import { parseIp } from '../address/ip.js'
import type { OutboundConfig } from './config.js'
import type { Place } from './place.js'
import { addresses, domains } from './routing-values.js'
import { quote, stringList, text, textThat, uint16 } from './scalars.js'
import { anything, array, expectKind, maybe, object, type Shape } from './shape.js'

const clientIp = textThat('', (value, place) => {
  if (parseIp(value) === undefined) place.report('VM-Y07', `${quote(value)} is not an IP address`)
  return value
})

const serverObject = object({
  address: maybe(text),
  port: maybe(uint16),
  domains: maybe(domains),
  expectIps: maybe(addresses, 'expectIPs'),
  clientIp: maybe(clientIp),
  ...Object.fromEntries(
    ['skipFallback', 'queryStrategy', 'tag', 'timeoutMs', 'disableCache', 'unexpectedIPs'].map((key) => [
      key,
      maybe(anything),
    ]),
  ),
})

const server: Shape<unknown> = {
  blank: undefined,
  read(place) {
    if (place.node.type === 'string') return
    serverObject.read(place)
    if (place.node.type === 'object' && place.child('address') === undefined) {
      place.spot('address').report('VM-Y06', 'a DNS server needs an address')
    }
  },
}

const hosts: Shape<unknown> = {
  blank: undefined,
  read(place) {
    if (!expectKind(place, 'object', 'an object')) return
    for (const { place: value } of place.entries().values()) {
      if (value.node.type !== 'array') text.read(value)
      else {
        value.report('VM-Y08', 'V2Ray 4.34 takes one address, not a list')
        stringList.read(value)
      }
    }
  },
}

/** Further keys of V2Ray 5 and Xray; V2Ray 4.34 ignores them. */
const OTHERS = [
  'queryStrategy',
  'disableCache',
  'disableFallback',
  'disableFallbackIfMatch',
  'fakedns',
  'cacheStrategy',
  'domainMatcher',
  'useSystemHosts',
  'serveStale',
  'serveExpiredTTL',
  'enableParallelQuery',
] as const

export const dnsSection: Shape<unknown> = object({
  servers: maybe(array(server)),
  hosts: maybe(hosts),
  clientIp: maybe(clientIp),
  tag: maybe(text),
  ...Object.fromEntries(OTHERS.map((key) => [key, maybe(anything)])),
})

/**
 * Complains about a `dns` section: an error where it would decide which address is dialled, because the
 * system resolver is asked here; otherwise it has no effect and gives a warning.
 */
export function checkDns(section: Place | undefined, outbounds: readonly OutboundConfig[]): void {
  if (section === undefined) return
  const decides = outbounds.some(
    (out) => out.protocol === 'freedom' && out.settings.domainStrategy !== 'AsIs',
  )
  if (decides && asksForMoreThanTheSystem(section)) {
    section.report('VM-E01', 'dns is not supported yet, and a freedom outbound with UseIP depends on it')
  } else section.report('VM-E02', 'has no effect; names are resolved by the system')
}

function asksForMoreThanTheSystem(section: Place): boolean {
  if ((section.child('hosts')?.entries().size ?? 0) > 0) return true
  const servers = section.child('servers')?.items() ?? []
  return servers.some((server) => server.value !== 'localhost')
}
