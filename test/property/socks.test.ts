import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Destination, formatDestination, sameDestination } from '../../src/address/destination.js'
import { unmapIp } from '../../src/address/ip.js'
import { concat, toHex } from '../../src/bytes/bytes.js'
import { asFault, Fault } from '../../src/faults/fault.js'
import { encodeAddress } from '../../src/socks/address.js'
import { decodeDatagram, encodeDatagram } from '../../src/socks/datagram.js'
import { SocksServerSession } from '../../src/socks/server-session.js'
import { cutAt, feedBorrowed } from '../support/cuts.js'

const port = fc.nat(65_535)
const ip = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).filter((bytes) => unmapIp(bytes).length === 16),
)
const destination: fc.Arbitrary<Destination> = fc.oneof(
  fc.record({ kind: fc.constant('ip' as const), ip, port }),
  fc.record({ kind: fc.constant('domain' as const), host: fc.domain(), port }),
)

/** What a session makes of the parts: answers, requests, the fault and what is left. */
function transcript(check: boolean, parts: readonly Uint8Array[]): readonly string[] {
  const session = new SocksServerSession({ udp: true, ...(check && { check: (user) => user === 'a' }) })
  const lines: string[] = []
  try {
    feedBorrowed(parts, (part) => {
      session.receive(part)
      for (let event = session.next(); event !== undefined; event = session.next()) {
        lines.push(event.kind === 'answer' ? toHex(event.bytes) : formatDestination(event.destination))
      }
    })
    lines.push(`rest ${toHex(session.rest())}`)
  } catch (error) {
    const fault = asFault(error)
    expect(fault.blame).toBe('peer')
    lines.push(fault.code)
  }
  return lines
}

/** Bytes that get further than noise: each part is plausible, any may be wrong. */
const nearlySocks = fc
  .tuple(
    fc.constantFrom([5, 1, 0], [5, 2, 0, 2], [4, 1, 0, 80], [5, 0], [4, 1], []),
    fc.oneof(
      fc.constant([]),
      fc.tuple(fc.constant(1), fc.constant(1), fc.nat(255), fc.constant(1), fc.nat(255)),
    ),
    fc.oneof(fc.constant([5, 1, 0]), fc.constant([5, 3, 0]), fc.array(fc.nat(255), { maxLength: 4 })),
    fc.oneof(
      destination.map((to) => [...encodeAddress(to)]),
      fc.array(fc.nat(255), { maxLength: 30 }),
    ),
    fc.array(fc.nat(255), { maxLength: 300 }),
  )
  .map((parts) => Uint8Array.from(parts.flat()))

describe('SOCKS', () => {
  it('gives back the destination and payload of a datagram', () => {
    fc.assert(
      fc.property(destination, fc.uint8Array({ maxLength: 2_000 }), (peer, payload) => {
        const bytes = encodeDatagram({ peer, payload })
        const decoded = decodeDatagram(bytes)
        expect(sameDestination(decoded.peer, peer)).toBe(true)
        expect(decoded.payload).toEqual(payload)
        expect(toHex(encodeDatagram(decoded))).toBe(toHex(bytes))
      }),
    )
  })

  it('reads a datagram of any bytes, or faults', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        try {
          decodeDatagram(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(Fault)
          expect((error as Fault).blame).toBe('peer')
        }
      }),
    )
  })

  it('says the same of any bytes, wherever they are cut', () => {
    fc.assert(
      fc.property(nearlySocks, fc.boolean(), fc.infiniteStream(fc.nat()), (bytes, check, dice) => {
        const places = Array.from({ length: 5 }, () => (dice.next().value as number) % (bytes.length + 1))
        expect(transcript(check, cutAt(bytes, places))).toEqual(transcript(check, [bytes]))
      }),
      { numRuns: 1_000 },
    )
  })

  it('finds every destination in a request', () => {
    fc.assert(
      fc.property(destination, fc.uint8Array({ maxLength: 50 }), (to, rest) => {
        const bytes = concat([Uint8Array.of(5, 1, 0, 5, 1, 0), encodeAddress(to), rest])
        expect(transcript(false, [bytes])).toEqual(['0500', formatDestination(to), `rest ${toHex(rest)}`])
      }),
    )
  })
})
