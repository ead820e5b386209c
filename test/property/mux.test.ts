import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Destination } from '../../src/address/destination.js'
import { toWireDestination } from '../../src/address/wire-destination.js'
import { concat, toHex } from '../../src/bytes/bytes.js'
import { asFault } from '../../src/faults/fault.js'
import { encodeFrameHead, type MuxFrame } from '../../src/mux/frame.js'
import { MuxFrameDecoder } from '../../src/mux/frame-decoder.js'
import {
  decodeAddressedDatagram,
  encodeAddressedDatagram,
  type IpDestination,
} from '../../src/mux/packet-address.js'
import { cutAt, feedBorrowed } from '../support/cuts.js'

const id = fc.nat(65_535)
const port = fc.nat(65_535)
const ip = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
)
const address = fc.record({ kind: fc.constant('ip' as const), ip, port })
const destination: fc.Arbitrary<Destination> = fc
  .oneof(address, fc.record({ kind: fc.constant('domain' as const), host: fc.domain(), port }))
  .map(toWireDestination)
const globalId = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .filter((bytes) => bytes.some((byte) => byte > 0))

const frame: fc.Arbitrary<MuxFrame> = fc.oneof(
  fc.record({ status: fc.constant('new' as const), id, network: fc.constant('tcp' as const), destination }),
  fc.record(
    { status: fc.constant('new' as const), id, network: fc.constant('udp' as const), destination, globalId },
    { requiredKeys: ['status', 'id', 'network', 'destination'] },
  ),
  fc.record(
    { status: fc.constant('keep' as const), id, peer: destination },
    { requiredKeys: ['status', 'id'] },
  ),
  fc.record({ status: fc.constant('end' as const), id, failed: fc.boolean() }),
  fc.record({ status: fc.constant('keep-alive' as const), id }),
)
/** A global ID is read only where data follows, so each has some. */
const framed = fc.record({ frame, data: fc.uint8Array({ maxLength: 300 }) })

interface Found {
  readonly frame: MuxFrame
  readonly data: string
}

function decodeAll(parts: readonly Uint8Array[]): { readonly found: Found[]; readonly code: string } {
  const decoder = new MuxFrameDecoder()
  const found: Found[] = []
  try {
    feedBorrowed(parts, (part) => {
      decoder.receive(part)
      for (let next = decoder.next(); next !== undefined; next = decoder.next()) {
        found.push({ frame: next.frame, data: toHex(next.data) })
      }
    })
    decoder.finish()
    return { found, code: '' }
  } catch (error) {
    const fault = asFault(error)
    expect(fault.blame).toBe('peer')
    return { found, code: fault.code }
  }
}

describe('mux frames', () => {
  it('are read as they were written, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(framed, { maxLength: 8 }), fc.array(fc.nat(3_000)), (items, places) => {
        const bytes = concat(
          items.flatMap((item) => [encodeFrameHead(item.frame, item.data.length), item.data]),
        )
        const parts = cutAt(
          bytes,
          places.map((place) => place % (bytes.length + 1)),
        )
        const expected = items.map((item) => ({ frame: item.frame, data: toHex(item.data) }))
        expect(decodeAll(parts)).toEqual({ found: expected, code: '' })
      }),
    )
  })

  it('come out the same of any bytes, wherever they are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(200)), (bytes, places) => {
        const parts = cutAt(
          bytes,
          places.map((place) => place % (bytes.length + 1)),
        )
        expect(decodeAll(parts)).toEqual(decodeAll([bytes]))
      }),
    )
  })
})

it('a packetaddr datagram is read as it was written', () => {
  fc.assert(
    fc.property(address, fc.uint8Array(), (peer, payload) => {
      const wire = toWireDestination(peer) as IpDestination
      const decoded = decodeAddressedDatagram(encodeAddressedDatagram({ peer, payload }))
      expect(decoded.peer.port).toBe(wire.port)
      expect(toHex(decoded.peer.ip)).toBe(toHex(wire.ip))
      expect(toHex(decoded.payload)).toBe(toHex(payload))
    }),
  )
})
