/**
 * A datagram of packetaddr (protocol §5.3): any peer over one udp request to a magic domain. The address
 * comes before the port, and there are no domains.
 *
 *     +------+-------------+------+---------+
 *     | type | address     | port | payload |      type 1: IPv4    2: IPv6
 *     |  1   | 4  or  16   |  2   |  rest   |
 *     +------+-------------+------+---------+
 */
import type { Destination } from '../address/destination.js'
import { unmapIp } from '../address/ip.js'
import { ByteReader } from '../bytes/byte-reader.js'
import { ByteWriter } from '../bytes/byte-writer.js'
import { Fault } from '../faults/fault.js'

/** The destination of such a request; its port means nothing. */
export const PACKET_ADDRESS_HOST = 'sp.packet-addr.v2fly.arpa'

const ADDRESS_TYPE = { ipv4: 1, ipv6: 2 } as const
const IPV4_BYTES = 4
const IPV6_BYTES = 16

/** A peer that packetaddr can name. */
export type IpDestination = Extract<Destination, { kind: 'ip' }>

export interface AddressedDatagram {
  /** Where it goes, or where it came from. */
  readonly peer: IpDestination
  readonly payload: Uint8Array
}

/** The payload is a view of `datagram`. Throws `MUX_PACKET_ADDRESS` and `WIRE_SHORT`. */
export function decodeAddressedDatagram(datagram: Uint8Array): AddressedDatagram {
  const reader = new ByteReader(datagram, 'packetaddr datagram')
  const type = reader.u8()
  if (type !== ADDRESS_TYPE.ipv4 && type !== ADDRESS_TYPE.ipv6) {
    throw new Fault('MUX_PACKET_ADDRESS', { why: `address type ${type}; 1 and 2 exist` })
  }
  const ip = unmapIp(reader.bytes(type === ADDRESS_TYPE.ipv4 ? IPV4_BYTES : IPV6_BYTES).slice())
  const port = reader.u16()
  return { peer: { kind: 'ip', ip, port }, payload: reader.bytes(reader.remaining) }
}

export function encodeAddressedDatagram({ peer, payload }: AddressedDatagram): Uint8Array {
  const ip = unmapIp(peer.ip)
  const writer = new ByteWriter(1 + ip.length + 2 + payload.length)
  writer.u8(ip.length === IPV4_BYTES ? ADDRESS_TYPE.ipv4 : ADDRESS_TYPE.ipv6)
  return writer.bytes(ip).u16(peer.port).bytes(payload).done()
}
