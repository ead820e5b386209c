/** Laws of the two sessions over generated payloads, cuts, times and damage (house style §13). */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WireSecurity } from '../../src/account/security.js'
import { asFault, isFault } from '../../src/faults/fault.js'
import type { BodyDecoder, BodyEncoder } from '../../src/vmess/body.js'
import { type AcceptedRequest, ServerSession } from '../../src/vmess/server-session.js'
import type { AcceptedResponse } from '../../src/vmess/client-session.js'
import { accept, concat, hex, makeScene } from '../support/vmess-fixtures.js'

interface Talk {
  readonly security: WireSecurity
  readonly options: number
  readonly legacy: boolean
  readonly command: 'tcp' | 'udp' | 'mux'
}

const OPTIONS = [0x00, 0x01, 0x05, 0x0d, 0x11, 0x15, 0x1d] as const
const SECURITIES = ['aes-128-gcm', 'chacha20-poly1305', 'aes-128-cfb', 'none', 'zero'] as const

/** Every combination that a server has to accept; datagrams need chunks. */
const TALKS: readonly Talk[] = SECURITIES.flatMap((security) =>
  OPTIONS.flatMap((options) =>
    (['tcp', 'udp', 'mux'] as const).flatMap((command) =>
      [false, true].map((legacy) => ({ security, options, command, legacy })),
    ),
  ),
).filter(({ security, options, command }) => {
  const sealed = security === 'aes-128-gcm' || security === 'chacha20-poly1305'
  return command !== 'udp' || sealed || options !== 0
})

const piece = fc.uint8Array({ minLength: 1, maxLength: 600 })
const pieces = fc.array(piece, { maxLength: 5 })
const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 })

/** The input in pieces of the given lengths, over and over. */
function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] as number
    out.push(bytes.subarray(at, at + length))
    at += length
  }
  return out
}

const encodeAll = (encoder: BodyEncoder, all: readonly Uint8Array[]): Uint8Array =>
  concat([...all.flatMap((one) => [...encoder.encode(one)]), ...encoder.finish()])

function read(decoder: BodyDecoder, bytes: Uint8Array, into: Uint8Array[]): void {
  decoder.receive(bytes)
  for (let out = decoder.next(); out !== undefined; out = decoder.next()) into.push(new Uint8Array(out))
}

interface Half<Accepted> {
  receive(bytes: Uint8Array): void
  next(): Accepted | undefined
  finish(): void
}

/** Feeds head and body in pieces to a session and to the decoder that it gives. */
function listen<Accepted extends { readonly rest: Uint8Array }>(
  half: Half<Accepted>,
  input: readonly Uint8Array[],
  decoderOf: (accepted: Accepted) => BodyDecoder,
): { accepted: Accepted | undefined; heard: Uint8Array[] } {
  let accepted: Accepted | undefined
  const heard: Uint8Array[] = []
  for (const bytes of input) {
    if (accepted !== undefined) read(decoderOf(accepted), bytes, heard)
    else {
      half.receive(bytes)
      accepted = half.next()
      if (accepted !== undefined) read(decoderOf(accepted), accepted.rest, heard)
    }
  }
  half.finish()
  if (accepted !== undefined) decoderOf(accepted).finish()
  return { accepted, heard }
}

const uplinkOf = (request: AcceptedRequest): BodyDecoder => request.uplink
const downlinkOf = (response: AcceptedResponse): BodyDecoder => response.downlink

describe('a client and a server session', () => {
  test.each(TALKS)('$security $options $command legacy $legacy: the same bytes arrive both ways', (talk) => {
    fc.assert(
      fc.property(pieces, pieces, cuts, (up, down, lengths) => {
        const { client: makeClient, server } = makeScene({ alterId: 1 })
        const client = makeClient(talk)
        const sent = concat([client.head, encodeAll(client.uplink, up)])
        const { accepted, heard } = listen(server(), cut(sent, lengths), uplinkOf)
        if (accepted === undefined) return false
        const answer = concat([accepted.responseHead, encodeAll(accepted.downlink, down)])
        const back = listen(client, cut(answer, lengths), downlinkOf)
        if (talk.command === 'udp') {
          expect([heard.map(hex), back.heard.map(hex)]).toEqual([up.map(hex), down.map(hex)])
        }
        return hex(concat(heard)) === hex(concat(up)) && hex(concat(back.heard)) === hex(concat(down))
      }),
      { numRuns: 8 },
    )
  })
})

describe('a request that was damaged on the way', () => {
  /** A sealed request, and a place in it. */
  const damaged = fc.record({
    security: fc.constantFrom<WireSecurity>('aes-128-gcm', 'chacha20-poly1305'),
    options: fc.constantFrom(0x01, 0x05, 0x0d, 0x11, 0x1d),
    up: pieces,
    where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  })

  test('cut anywhere but between chunks is a fault, and nowhere a sooner end', () => {
    fc.assert(
      fc.property(damaged, ({ up, where, ...talk }) => {
        const { client: makeClient, server } = makeScene()
        const client = makeClient(talk)
        const parts = [client.head, ...up.map((one) => concat([...client.uplink.encode(one)]))]
        const edges = new Set(parts.map((_, i) => concat(parts.slice(0, i + 1)).length))
        const whole = concat([...parts, ...client.uplink.finish()])
        const length = Math.floor(where * whole.length)
        try {
          const { accepted, heard } = listen(server(), [whole.subarray(0, length)], uplinkOf)
          expect(accepted?.uplink.ended).toBe(false)
          expect(hex(concat(up)).startsWith(hex(concat(heard)))).toBe(true)
          return edges.has(length)
        } catch (error) {
          return isFault(error, 'WIRE_TRUNCATED') && !edges.has(length)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('by one bit is a fault, or leaves a prefix of the truth', () => {
    fc.assert(
      fc.property(damaged, ({ up, where, ...talk }) => {
        const { client: makeClient, server } = makeScene()
        const client = makeClient(talk)
        const whole = new Uint8Array(concat([client.head, encodeAll(client.uplink, up)]))
        const bit = Math.floor(where * whole.length * 8)
        whole[bit >> 3] = (whole[bit >> 3] as number) ^ (1 << (bit & 7))
        const session = server()
        const heard: Uint8Array[] = []
        try {
          session.receive(whole)
          const request = session.next()
          if (request !== undefined) read(request.uplink, request.rest, heard)
        } catch (error) {
          expect(asFault(error).blame).toBe('peer')
          expect(session.drains).toBe(bit >> 3 < client.head.length)
        }
        return hex(concat(up)).startsWith(hex(concat(heard)))
      }),
      { numRuns: 200 },
    )
  })
})

test('inside the window a header is accepted once, outside it never', () => {
  const offset = fc.oneof(fc.integer({ min: -300, max: 300 }), fc.constantFrom(-121, -120, 120, 121))
  fc.assert(
    fc.property(offset, fc.boolean(), fc.integer({ min: 0, max: 999 }), (seconds, legacy, ms) => {
      const { client: makeClient, clock, server } = makeScene({ alterId: 1 })
      const { head } = makeClient({ legacy })
      clock.advance(-seconds * 1000 + ms)
      const outcomes = [1, 2, 3].map(() => {
        try {
          return accept(server(), head).user.email
        } catch (error) {
          return asFault(error).code
        }
      })
      const never = legacy ? 'VMESS_UNKNOWN_USER' : 'VMESS_CLOCK_SKEW'
      const again = legacy ? ['VMESS_REPLAY', 'VMESS_LEGACY_TAINTED'] : ['VMESS_REPLAY', 'VMESS_REPLAY']
      expect(outcomes).toEqual(
        Math.abs(seconds) <= 120 ? ['ada@example.com', ...again] : [never, never, never],
      )
    }),
    { numRuns: 200 },
  )
})

test('whatever a stranger sends, a session throws nothing but faults of the peer', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 }),
      fc.boolean(),
      (input, known) => {
        const { client, history, random, table } = makeScene({ alterId: 1 })
        const session = new ServerSession({ users: table, history, random })
        try {
          if (known) session.receive(client({ legacy: true }).head.subarray(0, 16))
          for (const bytes of input) {
            session.receive(bytes)
            if (session.next() !== undefined) return false
          }
          session.finish()
          return false
        } catch (error) {
          return asFault(error).blame === 'peer' && session.drains
        }
      },
    ),
    { numRuns: 300 },
  )
})
