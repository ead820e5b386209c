import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import { fromHex, toHex } from '../../../src/bytes/bytes.js'
import {
  decodeAddressedDatagram,
  encodeAddressedDatagram,
  type IpDestination,
} from '../../../src/mux/packet-address.js'
import { faultOf } from '../../support/fault-of.js'

/** The first is protocol §10.5. */
const DATAGRAMS: readonly [string, number, string][] = [
  ['8.8.8.8', 53, '01 08080808 0035 71'],
  ['2001:db8::1', 443, '02 20010db8000000000000000000000001 01bb 71'],
]

describe.each(DATAGRAMS)('a packetaddr datagram with %s', (host, port, hex) => {
  const peer = makeDestination(host, port) as IpDestination
  const bytes = fromHex(hex)

  it('is read and written', () => {
    expect(decodeAddressedDatagram(bytes)).toEqual({ peer, payload: Uint8Array.of(0x71) })
    expect(toHex(encodeAddressedDatagram({ peer, payload: Uint8Array.of(0x71) }))).toBe(
      hex.replaceAll(' ', ''),
    )
  })

  it('may be empty', () => {
    expect(decodeAddressedDatagram(bytes.subarray(0, -1)).payload).toHaveLength(0)
  })

  it('is short when cut inside its address', () => {
    for (let length = 0; length < bytes.length - 1; length++) {
      expect(faultOf(() => decodeAddressedDatagram(bytes.subarray(0, length))).code).toBe('WIRE_SHORT')
    }
  })
})

it('an IPv4 address in the form of IPv6 is unwrapped', () => {
  const bytes = fromHex('02 00000000000000000000ffff01020304 0035')
  expect(decodeAddressedDatagram(bytes).peer).toEqual(makeDestination('1.2.3.4', 53))
})

it.each([0, 3, 255])('address type %i is refused', (type) => {
  const bytes = new Uint8Array(30)
  bytes[0] = type
  expect(faultOf(() => decodeAddressedDatagram(bytes)).code).toBe('MUX_PACKET_ADDRESS')
})
