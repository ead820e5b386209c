import type { Fault } from '../faults/fault.js'
import type { Destination } from '../address/destination.js'
import type { Endpoint } from './connection.js'
import type { Tally } from './transport.js'

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

export interface DatagramSocketHandler {
  /** One datagram of at most 65 507 bytes. `payload` may be kept. */
  onDatagram(payload: Uint8Array, from: Endpoint): void
  /** Once, last of all. */
  onClose(fault?: Fault): void
}

/** One bound UDP socket: what the packet connections of inbounds and outbounds stand on. */
export interface DatagramSocket {
  /** Where it really is bound: port 0 has become a number. */
  readonly endpoint: Endpoint
  /** Begins to deliver; what arrived before is delivered first, within limits. */
  start(handler: DatagramSocketHandler): void
  /** Sends to an IP address, or drops when there is no room. Takes the payload over. */
  send(payload: Uint8Array, to: Endpoint): void
  /** Safe to call twice. */
  close(cause?: Fault): void
}

export interface BindOptions {
  readonly tally?: Tally
}

/** Where UDP sockets come from. `bind` rejects with `TRANSPORT_LISTEN`. */
export interface DatagramTransport {
  /** `host` is an IP address of this machine, whose family the socket has; port 0 for any. */
  bind(local: Endpoint, options: BindOptions): Promise<DatagramSocket>
}
