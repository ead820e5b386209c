/** The whole file (config §2): sections and lists, and what they must agree on. */
import { api, reverse } from './api.js'
import type { Config, InboundConfig, OutboundConfig } from './config.js'
import { checkDns, dnsSection } from './dns.js'
import { readInbound } from './inbound.js'
import { log, NO_LOG_SECTION } from './log.js'
import { readOutbound } from './outbound.js'
import type { Place } from './place.js'
import { NO_POLICY_SECTION, policySection, statsSection } from './policy-section.js'
import { routing } from './routing.js'
import { quote, uint16 } from './scalars.js'
import {
  anything,
  check,
  expectKind,
  ignored,
  maybe,
  object,
  optional,
  readElements,
  refused,
  type Shape,
} from './shape.js'
import { tcpSettings } from './stream.js'

const JSON_V5 = 'this is the V2Ray 5 form (jsonv5), which is not supported yet'

/** An object, or a list of objects; given back as places. Null elements stay, to be complained about. */
const single: Shape<readonly Place[]> = {
  blank: [],
  read: (place) => (expectKind(place, 'object', 'an object') ? [place] : []),
}
const list: Shape<readonly Place[]> = {
  blank: [],
  read: (place) => (expectKind(place, 'array', 'a list') ? place.items() : []),
}

/** Blocks of defaults for every `streamSettings`; those of other networks have nothing to act on. */
const globalTransport = object({
  tcpSettings: maybe(check(tcpSettings, refuseGlobal)),
  kcpSettings: maybe(anything),
  wsSettings: maybe(anything),
  httpSettings: maybe(anything),
  dsSettings: maybe(anything),
  quicSettings: maybe(anything),
  grpcSettings: maybe(anything),
})

function refuseGlobal(settings: typeof tcpSettings.blank, place: Place): typeof tcpSettings.blank {
  const elsewhere = 'write this into each streamSettings instead'
  if (settings.header !== undefined) place.spot('header').report('VM-E01', elsewhere)
  if (settings.acceptProxyProtocol) place.spot('acceptProxyProtocol').report('VM-E01', elsewhere)
  return settings
}

const fields = object(
  {
    log: optional(log, NO_LOG_SECTION),
    policy: optional(policySection, NO_POLICY_SECTION),
    stats: optional(statsSection, false),
    inbound: optional(single, []),
    inboundDetour: optional(list, []),
    inbounds: optional(list, []),
    outbound: optional(single, []),
    outboundDetour: optional(list, []),
    outbounds: optional(list, []),
    port: maybe(uint16),
    routing: maybe(routing),
    dns: maybe(dnsSection),
    transport: maybe(globalTransport),
    api: maybe(api),
    reverse: maybe(reverse),
    fakedns: refused('fake DNS is not supported'),
    observatory: refused('observatories are not supported'),
    burstObservatory: refused('observatories are not supported'),
    multiObservatory: refused('observatories are not supported'),
    browserForwarder: refused('the browser forwarder is not supported'),
    router: refused(JSON_V5),
    services: refused(JSON_V5),
    env: ignored('environment variables are not set from the file'),
    metrics: ignored('metrics are not supported'),
    version: ignored('no version is compared'),
    geodata: ignored('geo files are not used'),
  },
  {
    elsewhere: {
      rules: 'routing',
      clients: 'the settings of an inbound',
      vnext: 'the settings of an outbound',
    },
  },
)

/** Reads the root object. The result counts only if no error was reported on the way. */
export function readTopLevel(root: Place): Config {
  const values = fields.read(root)
  const inboundPlaces = [...values.inbound, ...values.inboundDetour, ...values.inbounds]
  const outboundPlaces = [...values.outbound, ...values.outboundDetour, ...values.outbounds]
  checkTags(inboundPlaces, 'inbound')
  checkTags(outboundPlaces, 'outbound')
  const inbounds = readElements(inboundPlaces, (place, i) =>
    readEntry(place, () => readNumbered(place, i, root)),
  )
  const outbounds = readElements(outboundPlaces, (place) => readEntry(place, () => readOutbound(place)))
  checkListeners(inbounds, inboundPlaces)
  const runnable = outbounds.filter((outbound): outbound is OutboundConfig => outbound !== undefined)
  checkDns(root.child('dns'), runnable)
  if (outboundPlaces.length === 0)
    root.spot('outbounds').report('VM-G02', 'no outbound: every connection will be dropped')
  return {
    log: values.log,
    inbounds: inbounds.filter((inbound): inbound is InboundConfig => inbound !== undefined),
    outbounds: runnable,
    levels: values.policy.levels,
    stats: { enabled: values.stats, ...values.policy.system },
  }
}

/** The legacy top-level `port` belongs to the first inbound. */
function readNumbered(place: Place, index: number, root: Place): InboundConfig | undefined {
  return readInbound(place, index === 0 ? root.child('port') : undefined)
}

function readEntry<T>(place: Place, read: () => T | undefined): T | undefined {
  return expectKind(place, 'object', 'an object') ? read() : undefined
}

/** Of two with one tag V2Ray starts only the last, without a word. */
function checkTags(places: readonly Place[], kind: string): void {
  const first = new Map<string, Place>()
  for (const place of places) {
    const at = place.child('tag')
    const tag = at?.value
    if (at === undefined || typeof tag !== 'string' || tag === '') continue
    const other = first.get(tag)
    if (other === undefined) first.set(tag, place)
    else at.report('VM-G01', `the tag ${quote(tag)} is taken by the ${kind} at ${other.path}`)
  }
}

/** Two inbounds on one address and port would share connections at random in V2Ray. */
function checkListeners(inbounds: readonly (InboundConfig | undefined)[], places: readonly Place[]): void {
  const taken = new Map<string, string>()
  for (const [i, inbound] of inbounds.entries()) {
    const place = places[i] as Place
    if (inbound === undefined) continue
    const clash = listenersOf(inbound).find((listener) => taken.has(listener))
    if (clash !== undefined) {
      const at = inbound.listen.kind === 'unix' ? place.spot('listen') : place.spot('port')
      at.report('VM-P05', `${clash} is taken by the inbound at ${taken.get(clash)}`)
    }
    for (const listener of listenersOf(inbound)) if (!taken.has(listener)) taken.set(listener, place.path)
  }
}

/** UDP ports are none of tcp's. */
function listenersOf({ listen, stream }: InboundConfig): readonly string[] {
  if (listen.kind === 'unix') return [listen.path]
  const suffix = stream.network === 'kcp' ? '/udp' : ''
  return listen.ports.map((port) => `${listen.host}:${port}${suffix}`)
}
