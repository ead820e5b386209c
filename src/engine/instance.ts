/** A running configuration: started in stages, stopped in order. */
import type { Config, InboundConfig, StreamConfig } from '../config/config.js'
import type { DatagramTransport } from '../contracts/datagram.js'
import type { Endpoint } from '../contracts/connection.js'
import type { Inbound, Surroundings } from '../contracts/inbound.js'
import type { Logger } from '../contracts/logger.js'
import type { Outbound } from '../contracts/outbound.js'
import type { Transport } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import {
  systemClock,
  systemRandom,
  systemTicker,
  type Clock,
  type Random,
  type Ticker,
} from '../ports/ports.js'
import { makeDispatcher } from './dispatcher.js'
import { FlowReport, type FlowListener } from './flow-report.js'
import type { FlowEnvironment } from './flow-run.js'
import { LiveFlows, type Snapshot } from './live-flows.js'
import { limitWarnings } from './log-limit.js'
import { Meters } from './meter.js'
import { makePolicyTable } from './policy.js'
import { BUILT_IN, type Registry } from './registry.js'
import { makeRoute } from './router.js'
import { Beat } from './timeouts.js'

export interface StartOptions {
  readonly logger: Logger
  /** Told of every flow; must not throw. */
  readonly onFlow?: FlowListener
  readonly clock?: Clock
  readonly random?: Random
  readonly ticker?: Ticker
  /** Instead of real sockets, by the name in `network`. */
  readonly transports?: Readonly<Record<string, Transport>>
  readonly datagrams?: DatagramTransport
  /** What the configuration's protocols mean; all that is built in, if absent. */
  readonly registry?: Registry
}

export interface RunningListener {
  readonly tag: string
  readonly protocol: string
  /** Port 0 has become a number. */
  readonly endpoint: Endpoint
  /** What carries the bytes, by its name in configurations. */
  readonly network: StreamConfig['network']
  /** Inside TLS. */
  readonly secure: boolean
}

/** A running engine. */
export interface Instance {
  readonly listeners: readonly RunningListener[]
  /** Flows that are not over. */
  readonly connections: number
  /** Bytes by V2Ray's counter names; only those that the configuration asks for. */
  counters(): ReadonlyMap<string, number>
  snapshot(): Snapshot
  /**
   * Stops accepting, gives running flows `graceMs` to finish, then ends them. Resolves when all is
   * closed; safe to call twice, and a later call may shorten the grace.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>
  /** Ends everything now; `stop` then says when it is done. */
  abort(): void
}

/**
 * Starts what the configuration describes: outbounds first, then inbounds in their order. Rejects with
 * `TRANSPORT_LISTEN` when an inbound cannot listen, and then nothing stays open.
 */
export async function startInstance(config: Config, options: StartOptions): Promise<Instance> {
  const instance = new RunningInstance(config, options)
  await instance.start()
  return instance
}

class RunningInstance implements Instance {
  readonly #config: Config
  readonly #live = new LiveFlows()
  readonly #meters: Meters
  readonly #ticker: Ticker
  readonly #outbounds: readonly Outbound[]
  readonly #inbounds: readonly Inbound[]
  #listeners: readonly RunningListener[] = []
  #stopped: Promise<void> | undefined

  constructor(config: Config, options: StartOptions) {
    const { clock = systemClock, ticker = systemTicker, registry = BUILT_IN } = options
    const assembly: Assembly = { config, options, registry, surroundings: surroundingsOf(config, options) }
    this.#config = config
    this.#meters = new Meters(config)
    this.#ticker = ticker
    this.#outbounds = makeOutbounds(assembly, this.#meters)
    this.#inbounds = makeInbounds(assembly, {
      meters: this.#meters,
      outbounds: this.#outbounds,
      environment: {
        policy: assembly.surroundings.policy,
        meters: this.#meters,
        live: this.#live,
        beat: new Beat(ticker),
        report: new FlowReport(assembly.surroundings.logger, options.onFlow),
        clock,
      },
    })
  }

  async start(): Promise<void> {
    try {
      for (const inbound of this.#inbounds) await inbound.start()
    } catch (error) {
      await this.stop({ graceMs: 0 })
      throw error
    }
    this.#listeners = this.#inbounds.flatMap(({ tag, protocol, listeners }, i) => {
      const { network, security } = (this.#config.inbounds[i] as InboundConfig).stream
      return listeners.map(({ endpoint }) => ({
        tag,
        protocol,
        endpoint,
        network,
        secure: security === 'tls',
      }))
    })
  }

  get listeners(): readonly RunningListener[] {
    return this.#listeners
  }

  get connections(): number {
    return this.#live.size
  }

  counters(): ReadonlyMap<string, number> {
    this.#live.settle()
    return this.#meters.values()
  }

  snapshot(): Snapshot {
    return this.#live.snapshot()
  }

  stop({ graceMs = 0 }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#stopped ??= this.#stop()
    if (graceMs <= 0) this.abort()
    else this.#abortAfter(graceMs)
    return this.#stopped
  }

  abort(): void {
    this.#stopped ??= this.#stop()
    this.#live.abortAll(new Fault('RELAY_STOPPED'))
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#inbounds.map((inbound) => inbound.close()))
    await this.#live.empty()
    await Promise.all(this.#outbounds.map((outbound) => outbound.close()))
  }

  #abortAfter(graceMs: number): void {
    const cancel = this.#ticker(graceMs, () => {
      cancel()
      this.abort()
    })
    void this.#live.empty().then(cancel)
  }
}

interface Assembly {
  readonly config: Config
  readonly options: StartOptions
  readonly registry: Registry
  readonly surroundings: Surroundings
}

function surroundingsOf(config: Config, options: StartOptions): Surroundings {
  const { clock = systemClock, random = systemRandom, ticker = systemTicker, registry = BUILT_IN } = options
  return {
    clock,
    random,
    ticker,
    logger: limitWarnings(options.logger, clock),
    policy: makePolicyTable(config.levels),
    datagrams: options.datagrams ?? registry.makeDatagrams(),
  }
}

function makeOutbounds(
  { config, options, registry, surroundings }: Assembly,
  meters: Meters,
): readonly Outbound[] {
  return config.outbounds.map((outbound) => {
    const transport = options.transports?.[outbound.stream.network] ?? registry.makeTransport(outbound.stream)
    return registry.makeOutbound(outbound, {
      ...surroundings,
      transport,
      tally: meters.outbound(outbound.tag),
    })
  })
}

interface InboundNeeds {
  readonly meters: Meters
  readonly outbounds: readonly Outbound[]
  readonly environment: FlowEnvironment
}

function makeInbounds(
  { config, options, registry, surroundings }: Assembly,
  needs: InboundNeeds,
): readonly Inbound[] {
  // Backwards, so that the first of those with the same tag is the one that counts.
  const outbounds = new Map(needs.outbounds.toReversed().map((outbound) => [outbound.tag, outbound]))
  const dispatcher = makeDispatcher({ environment: needs.environment, route: makeRoute(config), outbounds })
  return config.inbounds.map((inbound) => {
    const transport = options.transports?.[inbound.stream.network] ?? registry.makeTransport(inbound.stream)
    const tally = needs.meters.inbound(inbound.tag)
    return registry.makeInbound(inbound, { ...surroundings, transport, tally, dispatcher })
  })
}
