import type { PacketConnection } from '../contracts/datagram.js'
import type { Dispatcher, OpenedFlow } from '../contracts/dispatcher.js'
import type { Flow, FlowFacts } from '../contracts/flow.js'
import type { Outbound } from '../contracts/outbound.js'
import { Fault } from '../faults/fault.js'
import { ConnectionRun, PacketRun, type FlowEnvironment } from './flow-run.js'
import type { Route } from './router.js'

export interface DispatcherOptions {
  readonly environment: FlowEnvironment
  readonly route: Route
  /** By tag. */
  readonly outbounds: ReadonlyMap<string, Outbound>
}

/** Shared by all instances of the process, so that an id in the log means one flow. */
let lastId = 0

/**
 * Sends each flow to the outbound its route names. A flow without an outbound fails with
 * `RELAY_NO_OUTBOUND`; a dial that takes longer than 16 seconds with `DIAL_TIMEOUT`.
 */
export function makeDispatcher(options: DispatcherOptions): Dispatcher {
  return new RoutingDispatcher(options)
}

class RoutingDispatcher implements Dispatcher {
  readonly #options: DispatcherOptions

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  async open(facts: FlowFacts, attempt: AbortController): Promise<OpenedFlow> {
    const flow = identify(facts)
    const run = new ConnectionRun(this.#options.environment, flow, this.#outboundFor(flow))
    await run.open(attempt)
    return run
  }

  async relayPackets(facts: FlowFacts, inboundSide: PacketConnection): Promise<void> {
    const flow = identify(facts)
    try {
      await new PacketRun(this.#options.environment, flow, this.#outboundFor(flow)).run(inboundSide)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      inboundSide.close(error)
    }
  }

  #outboundFor(flow: Flow): Outbound {
    const tag = this.#options.route(flow)
    const outbound = tag === undefined ? undefined : this.#options.outbounds.get(tag)
    if (outbound !== undefined) return outbound
    const why = tag === undefined ? 'none is configured' : `no outbound has the tag "${tag}"`
    const fault = new Fault('RELAY_NO_OUTBOUND', { why })
    this.#options.environment.report.failed(flow, tag ?? '', fault)
    throw fault
  }
}

function identify(facts: FlowFacts): Flow {
  const { network, destination, inboundTag, inboundProtocol, source, email, level, onePeer, entrance } = facts
  const id = ++lastId
  return { id, network, destination, inboundTag, inboundProtocol, source, email, level, onePeer, entrance }
}
