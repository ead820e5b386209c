import { describe, expect, test } from 'vitest'
import {
  decodeRequestHeader,
  encodeRequestHeader,
  type RequestHeader,
} from '../../../src/vmess/request-header.js'
import { decodeResponseHeader, encodeResponseHeader } from '../../../src/vmess/response-header.js'
import { encodeServerCommand, type SwitchAccount } from '../../../src/vmess/server-command.js'
import { codeOf, SITE } from '../../support/vmess-fixtures.js'

const header: RequestHeader = {
  bodyIv: new Uint8Array(16).fill(1),
  bodyKey: new Uint8Array(16).fill(2),
  responseCheck: 3,
  options: 1,
  security: 3,
  command: 'tcp',
  destination: SITE,
  padding: new Uint8Array(0),
}

describe('a request header', () => {
  test('is not written without a destination, or with more padding than four bits can count', () => {
    const { destination, ...nowhere } = header
    expect(destination).toBe(SITE)
    expect(codeOf(() => encodeRequestHeader(nowhere))).toBe('INTERNAL_INVARIANT')
    expect(codeOf(() => encodeRequestHeader({ ...header, padding: new Uint8Array(16) }))).toBe(
      'INTERNAL_INVARIANT',
    )
  })

  test('is refused when it is shorter than any header', () => {
    expect(codeOf(() => decodeRequestHeader(new Uint8Array(41)))).toBe('WIRE_SHORT')
  })

  test('keeps nothing of the memory it was read from', () => {
    const bytes = Buffer.from(encodeRequestHeader({ ...header, padding: Uint8Array.of(9, 9) }))
    const decoded = decodeRequestHeader(bytes)
    bytes.fill(0)
    expect(decoded).toEqual({ ...header, padding: Uint8Array.of(9, 9) })
  })
})

describe('a switch of account', () => {
  const command: SwitchAccount = {
    kind: 'switch-account',
    host: 'other.example.com',
    port: 10_086,
    uuid: new Uint8Array(16).fill(7),
    alterId: 65_535,
    level: 255,
    minutes: 255,
  }

  test('keeps every field, also a host', () => {
    const bytes = encodeResponseHeader({ responseCheck: 1, options: 2, command })
    expect(decodeResponseHeader(bytes)).toEqual({ responseCheck: 1, options: 2, command })
  })

  test('is not written when its host is too long for a response', () => {
    expect(encodeServerCommand({ ...command, host: 'x'.repeat(228) }).data.length).toBe(255)
    expect(codeOf(() => encodeServerCommand({ ...command, host: 'x'.repeat(229) }))).toBe('WIRE_TOO_LONG')
  })
})

test('bytes behind a response header are a fault of the codec', () => {
  expect(codeOf(() => decodeResponseHeader(Uint8Array.of(1, 0, 0, 0, 9)))).toBe('WIRE_TRAILING')
})
