import { describe, expect, it } from 'vitest'
import { fromHex } from '../../../src/bytes/bytes.js'
import { ProxyHeaderDecoder } from '../../../src/proxy-protocol/header-decoder.js'
import { faultOf } from '../../support/fault-of.js'

const SIGNATURE = '0d0a0d0a000d0a515549540a'
const line = (text: string): Buffer => Buffer.from(`${text}\r\n`, 'latin1')
const binary = (hex: string): Buffer => Buffer.from(fromHex(SIGNATURE + hex))

function read(bytes: Uint8Array, step = bytes.length) {
  const decoder = new ProxyHeaderDecoder()
  for (let at = 0; at < bytes.length; at += step) {
    const found = decoder.receive(bytes.subarray(at, at + step))
    if (found !== undefined) return { ...found.header, length: at + found.used }
  }
  return undefined
}

const V4 = '2111000c cb007109 0a000001 1f90 01bb'.replaceAll(' ', '')
const V6 = `21210024${'20010db8'.padEnd(32, '0')}${'0'.repeat(31)}1ffff0050`

describe('a PROXY header', () => {
  it.each([
    ['PROXY TCP4 203.0.113.9 10.0.0.1 8080 443', { address: '203.0.113.9', port: 8080 }],
    ['PROXY TCP6 2001:db8::1 ::1 65535 80', { address: '2001:db8::1', port: 65_535 }],
    ['PROXY TCP6 ::ffff:1.2.3.4 ::1 1 80', { address: '1.2.3.4', port: 1 }],
    ['PROXY UNKNOWN', undefined],
    ['PROXY UNKNOWN 1.2.3.4 whatever', undefined],
  ])('of version 1: %s', (text, source) => {
    for (const step of [1, 5, 1000]) {
      expect(read(Buffer.concat([line(text), Buffer.from('behind\r\n')]), step)).toEqual({
        ...(source && { source }),
        length: text.length + 2,
      })
    }
  })

  it.each([
    ['IPv4', V4, { address: '203.0.113.9', port: 8080 }],
    ['IPv6', V6, { address: '2001:db8::', port: 65_535 }],
    ['IPv4 with further facts', `21110010${V4.slice(8)}04000101`, { address: '203.0.113.9', port: 8080 }],
    ['the balancer itself', '20000000', undefined],
    ['the balancer itself, with addresses', `20${V4.slice(2)}`, undefined],
    ['a unix socket', `213100d8${'00'.repeat(216)}`, undefined],
  ])('of version 2, from %s', (_, hex, source) => {
    const bytes = binary(hex)
    for (const step of [1, 7, 1000]) {
      const expected = { ...(source && { source }), length: bytes.length }
      expect(read(Buffer.concat([bytes, Buffer.from('x')]), step)).toEqual(expected)
    }
  })

  it.each([
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\n')],
    ['a line without an end', Buffer.from(`PROXY TCP4 ${'1'.repeat(200)}`)],
    ['a line that ends in LF', Buffer.from('PROXY UNKNOWN\n')],
    ['an address of the other family', line('PROXY TCP4 ::1 ::1 1 2')],
    ['a port out of range', line('PROXY TCP4 1.2.3.4 1.2.3.4 65536 2')],
    ['a name', line('PROXY TCP4 a.example 1.2.3.4 1 2')],
    ['another version', binary('3111000c')],
    ['a false length', binary('2111ffff')],
  ])('is not %s: TRANSPORT_PROXY_HEADER', (_, bytes) => {
    for (const step of [1, 1000]) expect(faultOf(() => read(bytes, step)).code).toBe('TRANSPORT_PROXY_HEADER')
  })

  it('that is too short for its addresses is WIRE_SHORT', () => {
    expect(faultOf(() => read(binary('2111000801020304 05060708'))).code).toBe('WIRE_SHORT')
  })
})
