import type { Destination } from '../address/destination.js'
import type { PacketConnection, PacketHandler } from '../contracts/datagram.js'
import { type Fault, isFault } from '../faults/fault.js'
import {
  type AddressedDatagram,
  decodeAddressedDatagram,
  encodeAddressedDatagram,
  PACKET_ADDRESS_HOST,
} from '../mux/packet-address.js'

/** Whether a request to this destination speaks packetaddr (protocol §5.3). */
function isPacketAddress(destination: Destination): boolean {
  return destination.kind === 'domain' && destination.host.toLowerCase() === PACKET_ADDRESS_HOST
}

/**
 * Any peer over a udp request to one magic destination, in both roles: each datagram begins with its peer.
 * Datagrams to names are dropped, since packetaddr has none, and so are those that name no peer.
 */
export class AddressedPackets implements PacketConnection {
  readonly #inner: PacketConnection
  /** What `inner` takes for its peer. */
  readonly #magic: Destination

  constructor(inner: PacketConnection, magic: Destination) {
    this.#inner = inner
    this.#magic = magic
  }

  start(handler: PacketHandler): void {
    this.#inner.start({
      onPacket: (bytes) => {
        const datagram = decoded(bytes)
        if (datagram !== undefined) handler.onPacket(datagram.payload, datagram.peer)
      },
      onClose: (fault) => {
        handler.onClose(fault)
      },
    })
  }

  send(payload: Uint8Array, peer: Destination): void {
    if (peer.kind === 'ip') this.#inner.send(encodeAddressedDatagram({ peer, payload }), this.#magic)
  }

  close(cause?: Fault): void {
    this.#inner.close(cause)
  }
}

/** The datagrams of a udp request as a server takes it: with packetaddr undone, if it speaks that. */
export function unwrapAddressed(packets: PacketConnection, destination: Destination): PacketConnection {
  return isPacketAddress(destination) ? new AddressedPackets(packets, destination) : packets
}

function decoded(bytes: Uint8Array): AddressedDatagram | undefined {
  try {
    return decodeAddressedDatagram(bytes)
  } catch (error) {
    if (!isFault(error) || error.blame === 'bug') throw error
    return undefined
  }
}
