/** Laws of the header codecs: what is decoded encodes again, and a second implementation agrees. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeDestination } from '../../src/address/destination.js'
import { COMMAND } from '../../src/vmess/constants.js'
import {
  decodeRequestHeader,
  encodeRequestHeader,
  measureRequestHeader,
  type RequestHeader,
} from '../../src/vmess/request-header.js'
import {
  decodeResponseHeader,
  encodeResponseHeader,
  measureResponseHeader,
  type ResponseHeader,
} from '../../src/vmess/response-header.js'
import type { ServerCommand } from '../../src/vmess/server-command.js'
import { unmapIp } from '../../src/address/ip.js'
import * as naive from '../support/naive-vmess.js'
import { hex } from '../support/vmess-fixtures.js'

const key = fc.uint8Array({ minLength: 16, maxLength: 16 })
const byte = fc.integer({ min: 0, max: 255 })
const port = fc.integer({ min: 0, max: 65_535 })
const host = fc
  .array(fc.constantFrom(...'abcXYZ019._-'), { minLength: 1, maxLength: 255 })
  .map((characters) => characters.join(''))
  .filter((name) => makeDestination(name, 0).kind === 'domain')
const ip = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), key)
  .filter((bytes) => unmapIp(bytes).length === bytes.length)
const destination = fc.oneof(
  fc.record({ kind: fc.constant('domain' as const), host, port }),
  fc.record({ kind: fc.constant('ip' as const), ip, port }),
)
const common = {
  bodyIv: key,
  bodyKey: key,
  responseCheck: byte,
  options: byte,
  security: fc.integer({ min: 0, max: 15 }),
  padding: fc.uint8Array({ maxLength: 15 }),
}
const header: fc.Arbitrary<RequestHeader> = fc.oneof(
  fc.record({ ...common, command: fc.constantFrom('tcp' as const, 'udp' as const), destination }),
  fc.record({ ...common, command: fc.constant('mux' as const) }),
)

function naiveAddress({ destination: to }: RequestHeader): Uint8Array {
  if (to === undefined) return new Uint8Array(0)
  if (to.kind === 'domain') return naive.domain(to.port, to.host)
  return to.ip.length === 4 ? naive.ipv4(to.port, ...to.ip) : naive.ipv6(to.port, hex(to.ip))
}

test('a request header is what the naive builder writes, and reads back', () => {
  fc.assert(
    fc.property(header, (value) => {
      const bytes = encodeRequestHeader(value)
      const { bodyIv: iv, bodyKey, responseCheck: check, options, security, padding } = value
      const command = COMMAND[value.command]
      const built = naive.plainHeader({
        iv,
        key: bodyKey,
        check,
        options,
        security,
        command,
        padding,
        address: naiveAddress(value),
      })
      expect(hex(bytes)).toBe(hex(built))
      expect(decodeRequestHeader(bytes)).toEqual(value)
    }),
  )
})

test('the length of a request header shows in every prefix that holds its address, and in none shorter', () => {
  fc.assert(
    fc.property(header, (value) => {
      const bytes = encodeRequestHeader(value)
      const address = naiveAddress(value)
      const enough = value.command === 'mux' ? 38 : 38 + (value.destination?.kind === 'domain' ? 4 : 3)
      for (let length = 0; length <= bytes.length; length++) {
        const measured = measureRequestHeader(bytes.subarray(0, length))
        expect(measured).toBe(length < enough ? undefined : bytes.length)
      }
      expect(bytes.length).toBe(38 + address.length + value.padding.length + 4)
    }),
    { numRuns: 30 },
  )
})

test('a response header reads back, whatever the command', () => {
  const command: fc.Arbitrary<ServerCommand> = fc.oneof(
    fc.record({
      kind: fc.constant('switch-account' as const),
      host: host.filter((name) => name.length <= 228),
      port,
      uuid: key,
      alterId: port,
      level: byte,
      minutes: byte,
    }),
    fc.record({
      kind: fc.constant('unknown' as const),
      id: fc.integer({ min: 2, max: 255 }),
      data: fc.uint8Array({ maxLength: 255 }),
    }),
  )
  const response: fc.Arbitrary<ResponseHeader> = fc.oneof(
    fc.record({ responseCheck: byte, options: byte }),
    fc.record({ responseCheck: byte, options: byte, command }),
  )
  fc.assert(
    fc.property(response, (value) => {
      const bytes = encodeResponseHeader(value)
      expect(measureResponseHeader(bytes.subarray(0, 4))).toBe(bytes.length)
      expect(decodeResponseHeader(bytes)).toEqual(value)
    }),
  )
})
