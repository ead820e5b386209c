/** A flow on its way through the engine: dial, hand to the inbound, relay, report. */
import type { Connection } from '../contracts/connection.js'
import type { PacketConnection } from '../contracts/datagram.js'
import type { OpenedFlow } from '../contracts/dispatcher.js'
import type { Flow } from '../contracts/flow.js'
import type { Outbound } from '../contracts/outbound.js'
import type { PolicyTable } from '../contracts/policy.js'
import { asFault, Fault } from '../faults/fault.js'
import type { Clock } from '../ports/ports.js'
import { Dial } from './dial.js'
import type { FlowReport, FlowSum } from './flow-report.js'
import type { LiveFlow, LiveFlows } from './live-flows.js'
import type { Meters } from './meter.js'
import { PacketRelay } from './packet-relay.js'
import { Relay } from './relay.js'
import type { Beat } from './timeouts.js'

/** What all flows of an instance share. */
export interface FlowEnvironment {
  readonly policy: PolicyTable
  readonly meters: Meters
  readonly live: LiveFlows
  readonly beat: Beat
  readonly report: FlowReport
  readonly clock: Clock
}

/** What a relay of either kind tells when it is over. */
interface Outcome {
  readonly uplinkBytes: number
  readonly downlinkBytes: number
  readonly cause: Fault | undefined
}

/** A flow of one connection. `open` first; then it is an {@link OpenedFlow}. */
export class ConnectionRun implements LiveFlow, OpenedFlow {
  readonly flow: Flow
  readonly #environment: FlowEnvironment
  readonly #outbound: Outbound
  readonly #startedAt: number
  #dial: Dial | undefined
  #outboundSide: Connection | undefined
  #relay: Relay | undefined

  constructor(environment: FlowEnvironment, flow: Flow, outbound: Outbound) {
    this.#environment = environment
    this.flow = flow
    this.#outbound = outbound
    this.#startedAt = environment.clock()
  }

  get uplinkBytes(): number {
    return this.#relay?.uplinkBytes ?? 0
  }

  get downlinkBytes(): number {
    return this.#relay?.downlinkBytes ?? 0
  }

  /** Reaches the far end. Rejects with the outbound's fault, after it was reported. */
  async open(attempt: AbortController): Promise<void> {
    const { live, report, beat } = this.#environment
    live.add(this)
    report.accepted(this.flow, this.#outbound.tag)
    this.#dial = new Dial(beat, attempt)
    try {
      this.#outboundSide = await this.#dial.run({
        open: (given) => this.#outbound.connect(this.flow, given),
        discard: (late) => {
          late.reset()
        },
      })
    } catch (error) {
      const fault = asFault(error)
      live.remove(this)
      report.failed(this.flow, this.#outbound.tag, fault)
      throw fault
    } finally {
      this.#dial = undefined
    }
  }

  relay(inboundSide: Connection): Promise<void> {
    const { policy, beat, meters } = this.#environment
    const { email, level } = this.flow
    const { uplink, downlink } = meters.user(email, level)
    return new Promise((resolve) => {
      this.#relay = new Relay({
        inboundSide,
        outboundSide: this.#opened(),
        policy: policy(level),
        beat,
        uplink,
        downlink,
        onDone: (relay) => {
          // Over before the constructor returned, if both sides were dead already.
          this.#relay = relay
          this.#close(relay)
          resolve()
        },
      })
    })
  }

  abandon(): void {
    this.#opened().reset()
    this.#close({ uplinkBytes: 0, downlinkBytes: 0, cause: new Fault('DIAL_ABORTED') })
  }

  settle(): void {
    this.#relay?.settle()
  }

  abort(cause: Fault): void {
    this.#dial?.abort(cause)
    // Without a relay yet, the relay will find its outbound side gone and end the other.
    if (this.#relay === undefined) this.#outboundSide?.abort(cause)
    else this.#relay.abort(cause)
  }

  #opened(): Connection {
    if (this.#outboundSide === undefined)
      throw new Fault('INTERNAL_INVARIANT', { why: 'the flow is not open' })
    return this.#outboundSide
  }

  #close(outcome: Outcome): void {
    const { live, report, clock } = this.#environment
    live.remove(this)
    report.closed(this.flow, this.#outbound.tag, sumOf(outcome, clock() - this.#startedAt))
  }
}

/** A flow of datagrams. */
export class PacketRun implements LiveFlow {
  readonly flow: Flow
  readonly #environment: FlowEnvironment
  readonly #outbound: Outbound
  readonly #dial: Dial
  readonly #startedAt: number
  #relay: PacketRelay | undefined

  constructor(environment: FlowEnvironment, flow: Flow, outbound: Outbound) {
    this.#environment = environment
    this.flow = flow
    this.#outbound = outbound
    this.#dial = new Dial(environment.beat)
    this.#startedAt = environment.clock()
  }

  get uplinkBytes(): number {
    return this.#relay?.uplinkBytes ?? 0
  }

  get downlinkBytes(): number {
    return this.#relay?.downlinkBytes ?? 0
  }

  /** Opens the outbound and relays until both sides are gone. Never rejects. */
  async run(inboundSide: PacketConnection): Promise<void> {
    const { live, report } = this.#environment
    live.add(this)
    report.accepted(this.flow, this.#outbound.tag)
    const done = this.#relayFrom(inboundSide)
    let failure: Fault | undefined
    try {
      this.#relay?.join(
        await this.#dial.run({
          open: (signal) => this.#outbound.associate(this.flow, signal),
          discard: (late) => {
            late.close()
          },
        }),
      )
    } catch (error) {
      failure = asFault(error)
      this.#relay?.abort(failure)
    }
    const outcome = await done
    live.remove(this)
    // The inbound may have gone first; then there was nothing left to fail.
    if (failure !== undefined && outcome.cause === failure)
      report.failed(this.flow, this.#outbound.tag, failure)
    else
      report.closed(
        this.flow,
        this.#outbound.tag,
        sumOf(outcome, this.#environment.clock() - this.#startedAt),
      )
  }

  settle(): void {
    // Datagrams are counted one by one.
  }

  abort(cause: Fault): void {
    this.#dial.abort(cause)
    this.#relay?.abort(cause)
  }

  #relayFrom(inboundSide: PacketConnection): Promise<PacketRelay> {
    const { policy, beat, meters } = this.#environment
    const { email, level } = this.flow
    return new Promise((resolve) => {
      this.#relay = new PacketRelay({
        inboundSide,
        idleMs: policy(level).idleMs,
        beat,
        ...meters.user(email, level),
        onDone: (relay) => {
          this.#dial.abort(new Fault('DIAL_ABORTED'))
          resolve(relay)
        },
      })
    })
  }
}

function sumOf({ uplinkBytes, downlinkBytes, cause }: Outcome, durationMs: number): FlowSum {
  return { uplinkBytes, downlinkBytes, durationMs, fault: cause }
}
