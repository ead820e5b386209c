/** `policy` and `stats` (config §9.1, §9.2). */
import type { LevelConfig, StatsConfig } from './config.js'
import { DEFAULT_POLICY } from './policy.js'
import type { Place } from './place.js'
import { flag, uint32, wholeNumber } from './scalars.js'
import { convert, expectKind, ignored, object, optional, type Shape } from './shape.js'

const LEVEL_KEY = /^\d{1,10}$/
const MAX_LEVEL = 4_294_967_295
/** Timers take 31 bits of milliseconds; longer waits, above 24 days, are cut to that. */
const MAX_TIMER_MS = 2_147_483_647

/** Whole seconds in the file, milliseconds here. */
function seconds(fallbackMs: number) {
  const shape = convert(uint32, fallbackMs, (value) => Math.min(value * 1000, MAX_TIMER_MS))
  return optional(shape, fallbackMs)
}

const level: Shape<LevelConfig> = convert(
  object({
    handshake: seconds(DEFAULT_POLICY.handshakeMs),
    connIdle: seconds(DEFAULT_POLICY.idleMs),
    uplinkOnly: seconds(DEFAULT_POLICY.uplinkOnlyMs),
    downlinkOnly: seconds(DEFAULT_POLICY.downlinkOnlyMs),
    statsUserUplink: optional(flag, false),
    statsUserDownlink: optional(flag, false),
    statsUserOnline: ignored('online users are not counted'),
    bufferSize: optional(wholeNumber(-2_147_483_648, 2_147_483_647), undefined),
  }),
  { policy: DEFAULT_POLICY, countUplink: false, countDownlink: false },
  (values, place) => {
    warnOfZero(place, ['handshake', 'connIdle'])
    return {
      policy: {
        handshakeMs: values.handshake,
        idleMs: values.connIdle,
        uplinkOnlyMs: values.uplinkOnly,
        downlinkOnlyMs: values.downlinkOnly,
      },
      countUplink: values.statsUserUplink,
      countDownlink: values.statsUserDownlink,
    }
  },
)

function warnOfZero(place: Place, keys: readonly string[]): void {
  for (const key of keys) {
    const at = place.child(key)
    if (at?.value === 0) at.report('VM-Y03', '0 seconds ends every connection at once')
  }
}

/** A map from the number of a level, written as a string, to its settings. `"01"` is level 1. */
const levels: Shape<ReadonlyMap<number, LevelConfig>> = {
  blank: new Map(),
  read(place) {
    const found = new Map<number, LevelConfig>()
    if (!expectKind(place, 'object', 'an object')) return found
    for (const { key, keyPlace, place: value } of place.entries().values()) {
      const number = Number(key)
      if (!LEVEL_KEY.test(key) || number > MAX_LEVEL)
        keyPlace.report('VM-Y01', 'a level is a whole number in quotes')
      else if (found.has(number)) keyPlace.report('VM-Y02', `level ${number} stands here twice`)
      else found.set(number, value.isNull ? level.blank : level.read(value))
    }
    return found
  },
}

const systemFlags = object({
  statsInboundUplink: optional(flag, false),
  statsInboundDownlink: optional(flag, false),
  statsOutboundUplink: optional(flag, false),
  statsOutboundDownlink: optional(flag, false),
  overrideAccessLogDest: ignored('the access log shows the destination as it was asked for'),
})

export interface PolicySection {
  readonly levels: ReadonlyMap<number, LevelConfig>
  readonly system: Omit<StatsConfig, 'enabled'>
}

const NO_COUNTERS: PolicySection['system'] = {
  inboundUplink: false,
  inboundDownlink: false,
  outboundUplink: false,
  outboundDownlink: false,
}

export const NO_POLICY_SECTION: PolicySection = { levels: new Map(), system: NO_COUNTERS }

const system: Shape<PolicySection['system']> = convert(systemFlags, NO_COUNTERS, (flags) => ({
  inboundUplink: flags.statsInboundUplink,
  inboundDownlink: flags.statsInboundDownlink,
  outboundUplink: flags.statsOutboundUplink,
  outboundDownlink: flags.statsOutboundDownlink,
}))

export const policySection: Shape<PolicySection> = object({
  levels: optional(levels, NO_POLICY_SECTION.levels),
  system: optional(system, NO_COUNTERS),
})

/** `stats` switches the counters on by being there; what it holds does not matter. */
export const statsSection: Shape<boolean> = {
  blank: false,
  read: (place) => expectKind(place, 'object', 'an object'),
}
