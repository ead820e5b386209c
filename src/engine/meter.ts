/** Byte counters under V2Ray's names (config §9.3). */
import type { Config } from '../config/config.js'
import type { Counter, Tally } from '../contracts/transport.js'

/** A counter that can be read. */
export class Meter implements Counter {
  bytes = 0

  add(bytes: number): void {
    this.bytes += bytes
  }
}

type Kind = 'inbound' | 'outbound' | 'user'
type Way = 'uplink' | 'downlink'

/**
 * The counters of one instance. A counter has a name, and so can be seen, when the configuration asks
 * for it and its tag or email is not empty; what is counted otherwise is counted for nobody.
 */
export class Meters {
  readonly #config: Pick<Config, 'stats' | 'levels'>
  readonly #named = new Map<string, Meter>()

  constructor(config: Pick<Config, 'stats' | 'levels'>) {
    this.#config = config
  }

  /** Wire bytes of an inbound: what it reads goes up. Named from the start, even when 0. */
  inbound(tag: string): Tally {
    const { inboundUplink, inboundDownlink } = this.#config.stats
    return {
      read: this.#meter('inbound', tag, { way: 'uplink', counted: inboundUplink }) ?? new Meter(),
      written: this.#meter('inbound', tag, { way: 'downlink', counted: inboundDownlink }) ?? new Meter(),
    }
  }

  /** Wire bytes of an outbound: what it writes goes up. */
  outbound(tag: string): Tally {
    const { outboundUplink, outboundDownlink } = this.#config.stats
    return {
      read: this.#meter('outbound', tag, { way: 'downlink', counted: outboundDownlink }) ?? new Meter(),
      written: this.#meter('outbound', tag, { way: 'uplink', counted: outboundUplink }) ?? new Meter(),
    }
  }

  /** Payload of a user; undefined where its level does not count that way. */
  user(email: string, level: number): { uplink: Meter | undefined; downlink: Meter | undefined } {
    const counted = this.#config.levels.get(level)
    return {
      uplink: this.#meter('user', email, { way: 'uplink', counted: counted?.countUplink }),
      downlink: this.#meter('user', email, { way: 'downlink', counted: counted?.countDownlink }),
    }
  }

  /** Every named counter with its bytes so far. */
  values(): ReadonlyMap<string, number> {
    return new Map([...this.#named].map(([name, meter]) => [name, meter.bytes]))
  }

  #meter(
    kind: Kind,
    name: string,
    { way, counted }: { way: Way; counted: boolean | undefined },
  ): Meter | undefined {
    if (!this.#config.stats.enabled || counted !== true || name === '') return undefined
    const key = `${kind}>>>${name}>>>traffic>>>${way}`
    const known = this.#named.get(key)
    if (known !== undefined) return known
    const meter = new Meter()
    this.#named.set(key, meter)
    return meter
  }
}
