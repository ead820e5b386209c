import { describe, expect, test } from 'vitest'
import { type Destination, formatDestination } from '../../../src/address/destination.js'
import { ByteReader } from '../../../src/bytes/byte-reader.js'
import { ByteWriter } from '../../../src/bytes/byte-writer.js'
import { isFault } from '../../../src/faults/fault.js'
import {
  decodeDestination,
  destinationBytes,
  encodeDestination,
  measureDestination,
  toWireDestination,
} from '../../../src/address/wire-destination.js'
import * as naive from '../../support/naive-vmess.js'
import { codeOf, hex } from '../../support/vmess-fixtures.js'

function encode(destination: Destination): Uint8Array {
  const wire = toWireDestination(destination)
  const writer = new ByteWriter(destinationBytes(wire))
  encodeDestination(writer, wire)
  return writer.done()
}

const decode = (bytes: Uint8Array): Destination => decodeDestination(new ByteReader(bytes, 'destination'))
const domain = (host: string): Destination => ({ kind: 'domain', host, port: 443 })

describe('what is written', () => {
  test.each<[string, Destination, Uint8Array]>([
    ['a domain', domain('www.example.com'), naive.domain(443, 'www.example.com')],
    ['every character that a domain may have', domain('aZ09._-'), naive.domain(443, 'aZ09._-')],
    ['the longest domain', domain('x'.repeat(255)), naive.domain(443, 'x'.repeat(255))],
    ['IPv4', { kind: 'ip', ip: Uint8Array.of(8, 8, 4, 4), port: 53 }, naive.ipv4(53, 8, 8, 4, 4)],
    ['IPv6', { kind: 'ip', ip: new Uint8Array(16).fill(9), port: 53 }, naive.ipv6(53, '09'.repeat(16))],
    ['a literal given as a domain', domain('8.8.8.8'), naive.ipv4(443, 8, 8, 8, 8)],
    ['an IPv6 literal in brackets', domain('[::1]'), naive.ipv6(443, `${'00'.repeat(15)}01`)],
    [
      'IPv4 in IPv6',
      { kind: 'ip', ip: Uint8Array.from([...new Array(10).fill(0), 255, 255, 1, 2, 3, 4]), port: 1 },
      naive.ipv4(1, 1, 2, 3, 4),
    ],
  ])('%s', (_, destination, bytes) => {
    expect(hex(encode(destination))).toBe(hex(bytes))
    expect(measureDestination(bytes)).toBe(bytes.length)
  })

  test.each(['', 'x'.repeat(256), 'a b', 'a/b', 'b\u00fccher.example', '\u2603', 'a:b', 'a\0b'])(
    'not %j, which is the fault of the caller',
    (host) => {
      try {
        encode(domain(host))
        expect.unreachable()
      } catch (error) {
        expect(isFault(error, 'VMESS_DOMAIN') && error.blame).toBe('caller')
      }
    },
  )
})

describe('what is read', () => {
  test.each([
    ['8.8.8.8', '8.8.8.8:443'],
    ['[2001:db8::1]', '[2001:db8::1]:443'],
    ['example.com', 'example.com:443'],
  ])('the domain %s is %s', (name, text) => {
    expect(formatDestination(decode(naive.domain(443, name)))).toBe(text)
  })

  test('blames the peer for a domain that nobody may send', () => {
    for (const name of ['', 'a/b', 'b\u00fccher.example']) {
      expect(codeOf(() => decode(naive.domain(443, name)))).toBe('VMESS_DOMAIN')
    }
  })

  test('keeps nothing of the memory it read from', () => {
    const bytes = naive.ipv4(53, 1, 2, 3, 4)
    const destination = decode(bytes)
    bytes.fill(0)
    expect(formatDestination(destination)).toBe('1.2.3.4:53')
  })

  test('knows its length as early as the bytes allow', () => {
    const bytes = naive.domain(443, 'abc')
    expect([2, 3, 4].map((length) => measureDestination(bytes.subarray(0, length)))).toEqual([
      undefined,
      undefined,
      7,
    ])
    expect(codeOf(() => measureDestination(Buffer.from('01bb04', 'hex')))).toBe('VMESS_ADDRESS_TYPE')
  })
})
