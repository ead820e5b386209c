import type { Fault } from '../faults/fault.js'
import type { Destination } from '../address/destination.js'

export interface PacketHandler {
  /**
   * One datagram. `peer` is where it goes (from an application) or where it came from (from the
   * outside). `payload` may be kept.
   */
  onPacket(payload: Uint8Array, peer: Destination): void
  /** Once, last of all. */
  onClose(fault?: Fault): void
}

/** Datagrams to and from many peers, seen from one place. Nothing is promised about delivery. */
export interface PacketConnection {
  start(handler: PacketHandler): void
  /** Sends, or drops when there is no room. Takes the payload over. */
  send(payload: Uint8Array, peer: Destination): void
  /** Safe to call twice. */
  close(cause?: Fault): void
}
