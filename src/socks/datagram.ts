/**
 * A datagram between the application and the UDP port of the inbound (RFC 1928 §7).
 *
 *     +----------+----------+------+---------+------+---------+
 *     | reserved | fragment | type | address | port | payload |
 *     |    2     |    1     |  1   |    n    |  2   |  rest   |
 *     +----------+----------+------+---------+------+---------+
 */
import type { Destination } from '../address/destination.js'
import { ByteReader } from '../bytes/byte-reader.js'
import { concat } from '../bytes/bytes.js'
import { Fault } from '../faults/fault.js'
import { encodeAddress, readAddress } from './address.js'

export interface SocksDatagram {
  /** Where it goes, or where it came from. */
  readonly peer: Destination
  readonly payload: Uint8Array
}

const PREFIX = new Uint8Array(3)

/**
 * The payload is a view of `bytes`. Throws `SOCKS_FRAGMENT` for a fragment, `SOCKS_FIELD`,
 * `SOCKS_ADDRESS` and `WIRE_SHORT` for what is no datagram at all.
 */
export function decodeDatagram(bytes: Uint8Array): SocksDatagram {
  const reader = new ByteReader(bytes, 'SOCKS datagram')
  const reserved = reader.u16()
  if (reserved !== 0) throw new Fault('SOCKS_FIELD', { why: `the reserved field is ${reserved}; expected 0` })
  const fragment = reader.u8()
  if (fragment !== 0) throw new Fault('SOCKS_FRAGMENT', { why: `its number is ${fragment}` })
  const peer = readAddress(reader)
  return { peer, payload: reader.bytes(reader.remaining) }
}

/** Throws `SOCKS_ADDRESS` when the name of the peer is too long. */
export function encodeDatagram({ peer, payload }: SocksDatagram): Uint8Array {
  return concat([PREFIX, encodeAddress(peer), payload])
}
