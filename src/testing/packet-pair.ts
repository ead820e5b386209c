import type { Destination } from '../address/destination.js'
import type { PacketConnection, PacketHandler } from '../contracts/datagram.js'
import type { Fault } from '../faults/fault.js'

/** Two packet connections: what one sends, the other receives, with the peer it was sent to. Nothing is lost. */
export function makePacketPair(): readonly [near: PacketConnection, far: PacketConnection] {
  const near = new MemoryPackets()
  const far = new MemoryPackets()
  near.join(far)
  far.join(near)
  return [near, far]
}

class MemoryPackets implements PacketConnection {
  #peer: MemoryPackets | undefined
  #handler: PacketHandler | undefined
  readonly #inbox: { readonly payload: Uint8Array; readonly peer: Destination }[] = []
  #closed = false
  #closeTold = false
  #cause: Fault | undefined

  join(peer: MemoryPackets): void {
    this.#peer = peer
  }

  start(handler: PacketHandler): void {
    this.#handler = handler
    queueMicrotask(() => {
      this.#deliver()
    })
  }

  send(payload: Uint8Array, peer: Destination): void {
    const to = this.#peer
    if (this.#closed || to === undefined) return
    to.#inbox.push({ payload, peer })
    queueMicrotask(() => {
      to.#deliver()
    })
  }

  close(cause?: Fault): void {
    if (this.#closed) return
    this.#closed = true
    this.#cause = cause
    queueMicrotask(() => {
      this.#deliver()
    })
  }

  #deliver(): void {
    const handler = this.#handler
    if (handler === undefined) return
    for (const { payload, peer } of this.#inbox.splice(0)) if (!this.#closed) handler.onPacket(payload, peer)
    if (!this.#closed || this.#closeTold) return
    this.#closeTold = true
    handler.onClose(this.#cause)
  }
}
