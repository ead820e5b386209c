import { describe, expect, it } from 'vitest'
import { toHex } from '../../../src/bytes/bytes.js'
import { ProxyHeaderDecoder } from '../../../src/proxy-protocol/header-decoder.js'
import { encodeProxyHeader } from '../../../src/proxy-protocol/header-encoder.js'

const SIGNATURE = '0d0a0d0a000d0a515549540a'
const V4 = { address: '203.0.113.9', port: 8080 }
const V4_TARGET = { address: '10.0.0.1', port: 443 }
const V6 = { address: '2001:db8::1', port: 65_535 }
const V6_TARGET = { address: '::1', port: 80 }
const UNIX = { address: '/run/a.sock', port: 0 }
const MAPPED = `${'0'.repeat(20)}ffff`

describe('a PROXY header of version 1', () => {
  it.each([
    ['IPv4', V4, V4_TARGET, 'PROXY TCP4 203.0.113.9 10.0.0.1 8080 443\r\n'],
    ['IPv6', V6, V6_TARGET, 'PROXY TCP6 2001:db8::1 ::1 65535 80\r\n'],
    ['both families', V4, V6_TARGET, 'PROXY TCP6 ::ffff:203.0.113.9 ::1 8080 80\r\n'],
    ['a source without an address', UNIX, V4_TARGET, 'PROXY UNKNOWN\r\n'],
  ])('for %s', (_, ...[source, target, text]) => {
    expect(Buffer.from(encodeProxyHeader({ version: 1, source, target })).toString()).toBe(text)
  })
})

describe('a PROXY header of version 2', () => {
  it.each([
    ['IPv4', V4, V4_TARGET, '2111000ccb0071090a0000011f9001bb'],
    ['IPv6', V6, V6_TARGET, `2121002420010db8${'0'.repeat(23)}1${'0'.repeat(31)}1ffff0050`],
    ['both families', V4, V6_TARGET, `21210024${MAPPED}cb007109${'0'.repeat(31)}11f900050`],
    ['a source without an address', UNIX, V4_TARGET, '20000000'],
  ])('for %s', (_, ...[source, target, hex]) => {
    expect(toHex(encodeProxyHeader({ version: 2, source, target }))).toBe(SIGNATURE + hex)
  })
})

it.each([1, 2] as const)('what version %d says is what a listener reads', (version) => {
  for (const source of [V4, V6]) {
    const bytes = encodeProxyHeader({ version, source, target: V6_TARGET })
    const read = new ProxyHeaderDecoder().receive(bytes)
    expect(read).toEqual({ header: { source }, used: bytes.length })
  }
})
