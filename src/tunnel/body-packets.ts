import type { Destination } from '../address/destination.js'
import type { Connection } from '../contracts/connection.js'
import type { PacketConnection, PacketHandler } from '../contracts/datagram.js'
import type { Fault } from '../faults/fault.js'

/**
 * Datagrams to and from one fixed peer over a body in packet form, where every write is one datagram and
 * every delivery too (protocol §5.3). A datagram is dropped while the connection has no room.
 */
export class BodyPackets implements PacketConnection {
  readonly #body: Connection
  readonly #peer: Destination
  #room = true

  /** `peer`: the destination of the request header; replies carry no address. */
  constructor(body: Connection, peer: Destination) {
    this.#body = body
    this.#peer = peer
  }

  start(handler: PacketHandler): void {
    this.#body.start({
      onData: (bytes, lender) => {
        handler.onPacket(lender.keep(bytes), this.#peer)
      },
      onEnd: () => {
        this.#body.abort()
      },
      onDrain: () => {
        this.#room = true
      },
      onClose: (fault) => {
        handler.onClose(fault)
      },
    })
  }

  send(payload: Uint8Array): void {
    if (this.#room) this.#room = this.#body.write(payload)
  }

  close(cause?: Fault): void {
    this.#body.abort(cause)
  }
}
