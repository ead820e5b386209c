import type { Destination } from '../address/destination.js'
import type { PacketConnection, PacketHandler } from '../contracts/datagram.js'
import type { Fault } from '../faults/fault.js'

/** Datagrams that may wait until the dispatcher listens. */
const EARLY_LIMIT = 64

export interface PacketSourceOptions {
  /** Sends an answer to the application. */
  readonly answer: (payload: Uint8Array, peer: Destination) => void
  /** Once, when nobody will listen any more. */
  readonly onClose: (cause: Fault | undefined) => void
}

/** The datagrams of one application, fed by whoever owns the UDP socket. */
export class PacketSource implements PacketConnection {
  readonly #options: PacketSourceOptions
  #handler: PacketHandler | undefined
  #early: [payload: Uint8Array, peer: Destination][] = []
  #closed = false

  constructor(options: PacketSourceOptions) {
    this.#options = options
  }

  /** A datagram of the application, bound for `peer`. Dropped when too many wait. */
  deliver(payload: Uint8Array, peer: Destination): void {
    if (this.#closed) return
    if (this.#handler !== undefined) this.#handler.onPacket(payload, peer)
    else if (this.#early.length < EARLY_LIMIT) this.#early.push([payload, peer])
  }

  start(handler: PacketHandler): void {
    const early = this.#early
    this.#early = []
    this.#handler = handler
    queueMicrotask(() => {
      for (const [payload, peer] of early) if (!this.#closed) handler.onPacket(payload, peer)
    })
  }

  send(payload: Uint8Array, peer: Destination): void {
    if (!this.#closed) this.#options.answer(payload, peer)
  }

  close(cause?: Fault): void {
    if (this.#closed) return
    this.#closed = true
    this.#early = []
    queueMicrotask(() => {
      this.#handler?.onClose(cause)
      this.#options.onClose(cause)
    })
  }
}
