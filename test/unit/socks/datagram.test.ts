import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import { fromHex, toHex } from '../../../src/bytes/bytes.js'
import { decodeDatagram, encodeDatagram } from '../../../src/socks/datagram.js'
import { encodeAddress } from '../../../src/socks/address.js'
import { faultOf } from '../../support/fault-of.js'

const PAYLOAD = Uint8Array.of(0xca, 0xfe)

const DATAGRAMS: readonly [string, string][] = [
  ['1.2.3.4', '000000 01 01020304 0035 cafe'],
  ['2001:db8::1', '000000 04 20010db8000000000000000000000001 0035 cafe'],
  ['dns.example', '000000 03 0b 646e732e6578616d706c65 0035 cafe'],
]

describe('a SOCKS datagram', () => {
  it.each(DATAGRAMS)('with %s is read and written', (host, hex) => {
    const peer = makeDestination(host, 53)
    expect(decodeDatagram(fromHex(hex))).toEqual({ peer, payload: PAYLOAD })
    expect(toHex(encodeDatagram({ peer, payload: PAYLOAD }))).toBe(hex.replaceAll(' ', ''))
  })

  it('may be empty', () => {
    expect(decodeDatagram(fromHex('000000 01 01020304 0035')).payload).toHaveLength(0)
  })

  it.each(DATAGRAMS)('with %s is short when cut inside its header', (_host, hex) => {
    const bytes = fromHex(hex)
    for (let length = 0; length < bytes.length - PAYLOAD.length; length++) {
      expect(faultOf(() => decodeDatagram(bytes.subarray(0, length))).code).toBe('WIRE_SHORT')
    }
  })

  it.each([
    ['a fragment', '000001 01 01020304 0035 cafe', 'SOCKS_FRAGMENT'],
    ['the last fragment', '000081 01 01020304 0035 cafe', 'SOCKS_FRAGMENT'],
    ['a reserved field', '000100 01 01020304 0035 cafe', 'SOCKS_FIELD'],
    ['an unknown address type', '000000 05 01020304 0035 cafe', 'SOCKS_ADDRESS'],
    ['an empty name', '000000 03 00 0035 cafe', 'SOCKS_ADDRESS'],
  ])('that is %s is refused', (_name, hex, code) => {
    expect(faultOf(() => decodeDatagram(fromHex(hex))).code).toBe(code)
  })
})

describe('encodeAddress', () => {
  it('refuses a name that does not fit its length byte, and blames the caller', () => {
    const fault = faultOf(() => encodeAddress({ kind: 'domain', host: 'a'.repeat(256), port: 1 }))
    expect(fault.code).toBe('SOCKS_ADDRESS')
    expect(fault.blame).toBe('caller')
  })
})
