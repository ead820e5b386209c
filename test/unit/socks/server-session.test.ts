import { describe, expect, it } from 'vitest'
import { formatDestination } from '../../../src/address/destination.js'
import { concat, toHex } from '../../../src/bytes/bytes.js'
import type { Fault } from '../../../src/faults/fault.js'
import { asFault } from '../../../src/faults/fault.js'
import { REPLY } from '../../../src/socks/constants.js'
import { type SocksSessionOptions, SocksServerSession } from '../../../src/socks/server-session.js'
import { everyByte, feedBorrowed } from '../../support/cuts.js'
import { faultOf } from '../../support/fault-of.js'
import {
  domain,
  GREETING_LOGIN,
  GREETING_PLAIN,
  ipv4,
  ipv6,
  login,
  request4,
  request5,
} from '../../support/socks-bytes.js'

const OPEN: SocksSessionOptions = { udp: true }
const CLOSED: SocksSessionOptions = { udp: true, check: (user, pass) => user === 'ann' && pass === 'secret' }

interface Outcome {
  readonly events: readonly string[]
  readonly fault?: Fault
  readonly rest?: string
}

/** Everything a session says to the parts, as text. */
function converse(options: SocksSessionOptions, parts: readonly Uint8Array[]): Outcome {
  const session = new SocksServerSession(options)
  const events: string[] = []
  try {
    feedBorrowed(parts, (part) => {
      session.receive(part)
      for (let event = session.next(); event !== undefined; event = session.next()) {
        if (event.kind === 'answer') events.push(toHex(event.bytes))
        else events.push(`${event.command} ${formatDestination(event.destination)} user=${event.user}`)
      }
    })
  } catch (error) {
    return { events, fault: asFault(error) }
  }
  return { events, rest: toHex(session.rest()) }
}

const REQUESTS: readonly [string, SocksSessionOptions, readonly Uint8Array[], readonly string[]][] = [
  [
    '5, IPv4',
    OPEN,
    [GREETING_PLAIN, request5(1, ipv4([1, 2, 3, 4], 443))],
    ['0500', 'connect 1.2.3.4:443 user='],
  ],
  [
    '5, IPv6',
    OPEN,
    [GREETING_PLAIN, request5(1, ipv6([0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), 1], 80))],
    ['0500', 'connect [2001:db8::1]:80 user='],
  ],
  [
    '5, an IPv4 address inside IPv6',
    OPEN,
    [GREETING_PLAIN, request5(1, ipv6([...new Array(10).fill(0), 255, 255, 9, 8, 7, 6], 80))],
    ['0500', 'connect 9.8.7.6:80 user='],
  ],
  [
    '5, a name',
    OPEN,
    [GREETING_PLAIN, request5(1, domain('a.example', 1))],
    ['0500', 'connect a.example:1 user='],
  ],
  [
    '5, a name of 255 bytes',
    OPEN,
    [GREETING_PLAIN, request5(1, domain('a'.repeat(255), 65_535))],
    ['0500', `connect ${'a'.repeat(255)}:65535 user=`],
  ],
  [
    '5, an address as a name',
    OPEN,
    [GREETING_PLAIN, request5(1, domain('::1', 7))],
    ['0500', 'connect [::1]:7 user='],
  ],
  [
    '5 with a login',
    CLOSED,
    [GREETING_LOGIN, login('ann', 'secret'), request5(1, ipv4([1, 2, 3, 4], 443))],
    ['0502', '0100', 'connect 1.2.3.4:443 user=ann'],
  ],
  [
    '5, UDP',
    OPEN,
    [GREETING_PLAIN, request5(3, ipv4([0, 0, 0, 0], 0))],
    ['0500', 'associate 0.0.0.0:0 user='],
  ],
  ['4', OPEN, [request4(80, [1, 2, 3, 4], ['me'])], ['connect 1.2.3.4:80 user=']],
  ['4 without a user id', OPEN, [request4(80, [1, 2, 3, 4], [''])], ['connect 1.2.3.4:80 user=']],
  ['4a', OPEN, [request4(80, [0, 0, 0, 1], ['me', 'b.example'])], ['connect b.example:80 user=']],
]

describe.each(REQUESTS)('a request of SOCKS %s', (...[, options, units, events]) => {
  const whole = concat([...units, Uint8Array.of(0xab, 0xcd)])

  it('is read from one piece, with the bytes behind it left', () => {
    expect(converse(options, [whole])).toEqual({ events, rest: 'abcd' })
  })

  it('is read from single bytes', () => {
    // The two bytes behind the request stay in the session.
    expect(converse(options, everyByte(whole))).toEqual({ events, rest: 'abcd' })
  })

  it('is never a request when cut short, and says so at the end', () => {
    const complete = concat(units)
    for (let length = 0; length < complete.length; length++) {
      const session = new SocksServerSession(options)
      session.receive(complete.subarray(0, length))
      for (let event = session.next(); event !== undefined; event = session.next()) {
        expect(event.kind).toBe('answer')
      }
      if (length === 0) session.finish()
      else expect(faultOf(() => session.finish()).code).toBe('WIRE_TRUNCATED')
    }
  })
})

const REFUSALS: readonly [string, SocksSessionOptions, readonly Uint8Array[], readonly string[], string][] = [
  ['HTTP', OPEN, [Buffer.from('GET / HTTP/1.1\r\n')], [], 'SOCKS_VERSION'],
  ['no common method', CLOSED, [GREETING_PLAIN], ['05ff'], 'SOCKS_METHOD'],
  ['no method at all', OPEN, [Uint8Array.of(5, 0)], ['05ff'], 'SOCKS_METHOD'],
  [
    'SOCKS 4 where a password is wanted',
    CLOSED,
    [request4(80, [1, 2, 3, 4], [''])],
    ['005b000000000000'],
    'SOCKS_METHOD',
  ],
  ['a wrong password', CLOSED, [GREETING_LOGIN, login('ann', 'secreT')], ['0502', '0101'], 'SOCKS_LOGIN'],
  ['an unknown user', CLOSED, [GREETING_LOGIN, login('bob', 'secret')], ['0502', '0101'], 'SOCKS_LOGIN'],
  ['a login of version 5', CLOSED, [GREETING_LOGIN, Uint8Array.of(5, 1)], ['0502'], 'SOCKS_FIELD'],
  [
    'BIND',
    OPEN,
    [GREETING_PLAIN, request5(2, ipv4([1, 2, 3, 4], 1))],
    ['0500', '05070001000000000000'],
    'SOCKS_COMMAND',
  ],
  [
    'UDP when it is off',
    { udp: false },
    [GREETING_PLAIN, request5(3, ipv4([1, 2, 3, 4], 1))],
    ['0500', '05070001000000000000'],
    'SOCKS_COMMAND',
  ],
  [
    'BIND of SOCKS 4',
    OPEN,
    [Uint8Array.of(4, 2, 0, 80, 1, 2, 3, 4, 0)],
    ['005b000000000000'],
    'SOCKS_COMMAND',
  ],
  [
    'address type 2',
    OPEN,
    [GREETING_PLAIN, Uint8Array.of(5, 1, 0, 2)],
    ['0500', '05080001000000000000'],
    'SOCKS_ADDRESS',
  ],
  [
    'an empty name',
    OPEN,
    [GREETING_PLAIN, request5(1, domain('', 80))],
    ['0500', '05080001000000000000'],
    'SOCKS_ADDRESS',
  ],
  [
    'a name with a zero byte',
    OPEN,
    [GREETING_PLAIN, request5(1, domain('127.0.0.1\0.example', 80))],
    ['0500', '05080001000000000000'],
    'SOCKS_ADDRESS',
  ],
  [
    'a request of version 4',
    OPEN,
    [GREETING_PLAIN, Uint8Array.of(4)],
    ['0500', '05010001000000000000'],
    'SOCKS_FIELD',
  ],
  [
    'a reserved byte',
    OPEN,
    [GREETING_PLAIN, Uint8Array.of(5, 1, 9)],
    ['0500', '05010001000000000000'],
    'SOCKS_FIELD',
  ],
  [
    'an endless user id',
    OPEN,
    [request4(80, [1, 2, 3, 4], ['u'.repeat(256)])],
    ['005b000000000000'],
    'SOCKS_FIELD',
  ],
  [
    'an endless name',
    OPEN,
    [request4(80, [0, 0, 0, 1], ['', 'n'.repeat(256)])],
    ['005b000000000000'],
    'SOCKS_FIELD',
  ],
]

describe.each(REFUSALS)('%s', (...[, options, units, events, code]) => {
  it.each([
    ['in one piece', [concat(units)]],
    ['byte by byte', everyByte(concat(units))],
  ])('is refused %s', (_how, parts) => {
    const outcome = converse(options, parts)
    expect(outcome.fault?.code).toBe(code)
    expect(outcome.events).toEqual(events)
  })
})

describe('SocksServerSession', () => {
  it('repeats its fault ever after', () => {
    const session = new SocksServerSession(OPEN)
    session.receive(Uint8Array.of(0x47))
    const first = faultOf(() => session.next())
    expect(faultOf(() => session.next())).toBe(first)
    expect(faultOf(() => session.receive(GREETING_PLAIN))).toBe(first)
    expect(faultOf(() => session.finish())).toBe(first)
  })

  it('holds no more than 128 KiB', () => {
    const session = new SocksServerSession(OPEN)
    expect(faultOf(() => session.receive(new Uint8Array(128 * 1024 + 1))).code).toBe('WIRE_TOO_LONG')
  })

  it.each([
    [[GREETING_PLAIN, request5(1, ipv4([1, 2, 3, 4], 80))], '05000001000000000000', '05050001000000000000'],
    [[request4(80, [1, 2, 3, 4], [''])], '005a000000000000', '005b000000000000'],
  ])('answers in the version that was spoken', (units, granted, refused) => {
    const session = new SocksServerSession(OPEN)
    session.receive(concat(units))
    let event = session.next()
    while (event?.kind === 'answer') event = session.next()
    expect(event && toHex(event.reply(REPLY.granted))).toBe(granted)
    expect(event && toHex(event.reply(REPLY.refused))).toBe(refused)
  })
})
