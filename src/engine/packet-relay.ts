/** Joins an inbound's datagrams with an outbound's. Nothing waits for anything: what finds no room is lost. */
import type { Destination } from '../address/destination.js'
import type { PacketConnection, PacketHandler } from '../contracts/datagram.js'
import type { Counter } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import type { Beat, Watched } from './timeouts.js'

export interface PacketRelayOptions {
  readonly inboundSide: PacketConnection
  readonly idleMs: number
  readonly beat: Beat
  /** Called once, when both sides are gone. */
  readonly onDone: (relay: PacketRelay) => void
  readonly uplink?: Counter | undefined
  readonly downlink?: Counter | undefined
}

/** Datagrams held while the outbound opens; a name query is repeated after a second anyway. */
const MOST_WAITING = 16

/** Begins with the inbound side alone; `join` adds the other once it is open. */
export class PacketRelay implements Watched {
  readonly #options: PacketRelayOptions
  #outboundSide: PacketConnection | undefined
  #waiting: { readonly payload: Uint8Array; readonly peer: Destination }[] = []
  #uplinkBytes = 0
  #downlinkBytes = 0
  #moved = false
  #silentBeats = 0
  #cause: Fault | undefined
  #inboundClosed = false
  #outboundClosed = true
  #done = false

  constructor(options: PacketRelayOptions) {
    this.#options = options
    options.beat.watch(this)
    options.inboundSide.start(this.#inboundHandler())
  }

  get uplinkBytes(): number {
    return this.#uplinkBytes
  }

  get downlinkBytes(): number {
    return this.#downlinkBytes
  }

  get cause(): Fault | undefined {
    return this.#cause
  }

  /** Whether both sides are gone, or the only one there was. */
  get done(): boolean {
    return this.#done
  }

  /** Adds the outbound side; what came meanwhile goes first. */
  join(outboundSide: PacketConnection): void {
    if (this.#inboundClosed) {
      outboundSide.close(this.#cause)
      return
    }
    this.#outboundSide = outboundSide
    this.#outboundClosed = false
    outboundSide.start(this.#outboundHandler())
    for (const { payload, peer } of this.#waiting.splice(0)) outboundSide.send(payload, peer)
  }

  /** Ends both sides now. */
  abort(cause?: Fault): void {
    if (this.#done) return
    this.#cause ??= cause
    this.#options.inboundSide.close(cause)
    this.#outboundSide?.close(cause)
  }

  onBeat(): void {
    const active = this.#moved
    this.#moved = false
    this.#silentBeats = active ? 0 : this.#silentBeats + 1
    const limit = this.#options.beat.beats(this.#options.idleMs)
    if (active && limit > 0) return
    if (this.#silentBeats >= limit) this.abort(new Fault('RELAY_IDLE'))
  }

  #inboundHandler(): PacketHandler {
    return {
      onPacket: (payload, peer) => {
        this.#moved = true
        this.#uplinkBytes += payload.length
        this.#options.uplink?.add(payload.length)
        if (this.#outboundSide !== undefined) this.#outboundSide.send(payload, peer)
        else if (this.#waiting.length < MOST_WAITING) this.#waiting.push({ payload, peer })
      },
      onClose: (fault) => {
        this.#inboundClosed = true
        this.#sideClosed(fault)
        this.#outboundSide?.close(fault)
      },
    }
  }

  #outboundHandler(): PacketHandler {
    return {
      onPacket: (payload, peer) => {
        this.#moved = true
        this.#downlinkBytes += payload.length
        this.#options.downlink?.add(payload.length)
        this.#options.inboundSide.send(payload, peer)
      },
      onClose: (fault) => {
        this.#outboundClosed = true
        this.#sideClosed(fault)
        this.#options.inboundSide.close(fault)
      },
    }
  }

  #sideClosed(fault: Fault | undefined): void {
    this.#cause ??= fault
    if (this.#done || !this.#inboundClosed || !this.#outboundClosed) return
    this.#done = true
    this.#options.beat.forget(this)
    this.#options.onDone(this)
  }
}
