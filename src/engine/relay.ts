/**
 * Joins two connections: what one reads, the other writes, until both are gone.
 *
 *     inbound side ── uplink ──▶ outbound side
 *                  ◀─ downlink ──
 *
 * Nothing is stored here. Bytes are lent from the read to the write; a write that answers false pauses
 * the read until there is room. The end of one direction is passed on and the other goes on. A fault
 * of either side resets the other, so that nobody takes it for an end, and the first one is the relay's cause.
 */
import type { Connection, ConnectionHandler, Lender } from '../contracts/connection.js'
import type { Counter } from '../contracts/transport.js'
import type { Policy } from '../config/policy.js'
import { Fault } from '../faults/fault.js'
import type { Beat, Watched } from './timeouts.js'

export interface RelayOptions {
  readonly inboundSide: Connection
  readonly outboundSide: Connection
  readonly policy: Policy
  readonly beat: Beat
  /** Called once, when both sides are gone. */
  readonly onDone: (relay: Relay) => void
  /** Payload counters of the user; told at `settle` and at the end, not per chunk. */
  readonly uplink?: Counter | undefined
  readonly downlink?: Counter | undefined
}

/** Begins to relay when constructed. */
export class Relay implements Watched {
  /** Set by a direction that moved something since the last beat. */
  moved = false
  readonly #options: RelayOptions
  readonly #up: Direction
  readonly #down: Direction
  #cause: Fault | undefined
  /** The side whose peer is gone and that still has bytes to get rid of. */
  #leaving: Connection | undefined
  #silentBeats = 0
  #unsent = 0

  constructor(options: RelayOptions) {
    const { inboundSide, outboundSide, beat } = options
    this.#options = options
    this.#up = new Direction(this, inboundSide, outboundSide)
    this.#down = new Direction(this, outboundSide, inboundSide)
    beat.watch(this)
    outboundSide.start(this.#down)
    inboundSide.start(this.#up)
  }

  get uplinkBytes(): number {
    return this.#up.bytes
  }

  get downlinkBytes(): number {
    return this.#down.bytes
  }

  /** Why it ended; undefined after an orderly end. */
  get cause(): Fault | undefined {
    return this.#cause
  }

  /** Brings the user's counters up to date. */
  settle(): void {
    this.#options.uplink?.add(this.#up.takeUnreported())
    this.#options.downlink?.add(this.#down.takeUnreported())
  }

  /** Ends both sides now. */
  abort(cause: Fault): void {
    if (this.#up.closed && this.#down.closed) return
    this.#cause ??= cause
    this.#options.inboundSide.reset(cause)
    this.#options.outboundSide.reset(cause)
  }

  onBeat(): void {
    if (this.#leaving !== undefined && this.#leaving.unsent === 0) {
      this.#leaving.reset(this.#cause)
      return
    }
    const unsent = this.#options.inboundSide.unsent + this.#options.outboundSide.unsent
    // Bytes that leave at last are activity too: a slow reader is not an idle one.
    const active = this.moved || unsent !== this.#unsent
    this.moved = false
    this.#unsent = unsent
    this.#silentBeats = active ? 0 : this.#silentBeats + 1
    const halfOpen = unsent === 0 && (this.#up.ended || this.#down.ended)
    const limit = this.#options.beat.beats(this.#limitMs(halfOpen))
    if (active && limit > 0) return
    if (this.#silentBeats >= limit) this.abort(new Fault(halfOpen ? 'RELAY_HALF_OPEN' : 'RELAY_IDLE'))
  }

  /** A direction has passed on its end; the other has its own time from now on. */
  onDirectionEnd(): void {
    this.moved = true
  }

  /** There is room on a side again; it may be the last thing that was waited for. */
  onRoom(side: Connection): void {
    if (side === this.#leaving && side.unsent === 0) side.reset(this.#cause)
  }

  onSideClose(direction: Direction, fault: Fault | undefined): void {
    this.#cause ??= fault
    const other = direction === this.#up ? this.#down : this.#up
    if (other.closed) this.#finish()
    else if (fault !== undefined || !(this.#up.ended && this.#down.ended)) this.#letGo(other.from)
  }

  /**
   * Breaks off with a side that has nobody to talk to any more, but not before it has said what it was given. It is
   * not ended first: its peer would take that for the end of everything.
   */
  #letGo(side: Connection): void {
    if (side.unsent === 0) {
      side.reset(this.#cause)
      return
    }
    this.#leaving = side
    side.pause()
  }

  #limitMs(halfOpen: boolean): number {
    const { idleMs, downlinkOnlyMs, uplinkOnlyMs } = this.#options.policy
    if (!halfOpen) return idleMs
    return this.#up.ended ? downlinkOnlyMs : uplinkOnlyMs
  }

  #finish(): void {
    this.#options.beat.forget(this)
    this.settle()
    this.#options.onDone(this)
  }
}

/** The hot path: reads one connection, writes the other. */
class Direction implements ConnectionHandler {
  readonly from: Connection
  bytes = 0
  ended = false
  closed = false
  readonly #to: Connection
  readonly #relay: Relay
  #reported = 0

  constructor(relay: Relay, from: Connection, to: Connection) {
    this.#relay = relay
    this.from = from
    this.#to = to
  }

  takeUnreported(): number {
    const fresh = this.bytes - this.#reported
    this.#reported = this.bytes
    return fresh
  }

  onData(bytes: Uint8Array, lender: Lender): void {
    this.bytes += bytes.length
    this.#relay.moved = true
    if (!this.#to.write(bytes, lender)) this.from.pause()
  }

  onEnd(): void {
    this.ended = true
    this.#to.end()
    this.#relay.onDirectionEnd()
  }

  onDrain(): void {
    this.#to.resume()
    this.#relay.onRoom(this.from)
  }

  onClose(fault?: Fault): void {
    this.closed = true
    this.#relay.onSideClose(this, fault)
  }
}
