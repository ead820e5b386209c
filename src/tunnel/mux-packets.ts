import { type Destination, sameDestination } from '../address/destination.js'
import type { Lender } from '../contracts/connection.js'
import type { PacketConnection, PacketHandler } from '../contracts/datagram.js'
import { Fault } from '../faults/fault.js'
import type { MuxCarrier, MuxSession } from './mux-carrier.js'

/**
 * What a v2ray peer takes in one frame: a larger datagram costs the session, and with some versions the
 * whole carrier (protocol §5.4).
 */
export const PLAIN_DATAGRAM_BYTES = 2048
/** What every peer that knows XUDP takes; Xray reads no more. */
export const ADDRESSED_DATAGRAM_BYTES = 8192

export interface MuxPacketsOptions {
  readonly carrier: MuxCarrier
  readonly id: number
  /** Where datagrams of the far end that name no peer go to or come from: the destination in New. */
  readonly destination: Destination
  /** On the side that opens, which sends New with the first datagram. */
  readonly opening?: { readonly globalId?: Uint8Array }
  /**
   * Whether each datagram names its peer (XUDP, protocol §5.6). Otherwise only datagrams for
   * `destination` can be sent.
   */
  readonly addressed: boolean
  /** Longest datagram that is sent; longer ones are dropped. */
  readonly most: number
}

/**
 * One udp session of a mux; both roles use it. A datagram is dropped while the carrier has no room, when it
 * is empty, too long or for a name that cannot be sent, and when nobody listens yet.
 */
export class MuxPackets implements PacketConnection, MuxSession {
  readonly #options: MuxPacketsOptions
  #opening: { readonly globalId?: Uint8Array } | undefined
  #handler: PacketHandler | undefined
  #closed = false

  /** Adds itself to the carrier. */
  constructor(options: MuxPacketsOptions) {
    this.#options = options
    this.#opening = options.opening
    options.carrier.add(options.id, this)
  }

  start(handler: PacketHandler): void {
    this.#handler = handler
  }

  send(payload: Uint8Array, peer: Destination): void {
    const { carrier, most, addressed, id, destination } = this.#options
    if (this.#closed || payload.length === 0 || payload.length > most) return
    if (!addressed && !sameDestination(peer, destination)) return
    // New is worth waiting for: without it, nothing else arrives.
    if (this.#opening !== undefined) this.#open(this.#opening, payload, peer)
    else if (carrier.hasRoom) carrier.send({ status: 'keep', id, ...(addressed && { peer }) }, payload, this)
  }

  close(cause?: Fault): void {
    if (this.#closed) return
    const { carrier, id } = this.#options
    if (this.#opening === undefined) carrier.send({ status: 'end', id, failed: cause !== undefined })
    this.#finish(cause)
  }

  onFrame(data: Uint8Array, _lender: Lender, peer?: Destination): void {
    // Copied: a datagram may be kept, and would hold the memory of all that came with it.
    this.#handler?.onPacket(new Uint8Array(data), peer ?? this.#options.destination)
  }

  onPeerEnd(failed: boolean): void {
    this.#finish(failed ? new Fault('MUX_SESSION_ABORTED') : undefined)
  }

  onRoom(): void {
    // The next datagram will find it.
  }

  onCarrierClose(fault: Fault): void {
    this.#finish(fault)
  }

  #open(opening: { readonly globalId?: Uint8Array }, payload: Uint8Array, peer: Destination): void {
    const { carrier, id } = this.#options
    this.#opening = undefined
    carrier.send({ status: 'new', id, network: 'udp', destination: peer, ...opening }, payload, this)
  }

  #finish(cause: Fault | undefined): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.carrier.remove(this.#options.id, this)
    queueMicrotask(() => this.#handler?.onClose(cause))
  }
}
