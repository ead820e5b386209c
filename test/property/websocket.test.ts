/** Frames of all kinds, good and bad: our decoder and the one of `ws` come to the same verdict. */
import type { Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as ws from 'ws'
import { concat, toHex } from '../../src/bytes/bytes.js'
import { xorMask } from '../../src/bytes/xor-mask.js'
import { isFault } from '../../src/faults/fault.js'
import { encodeMessages, type WebSocketRole } from '../../src/websocket/frame.js'
import { WebSocketDecoder } from '../../src/websocket/frame-decoder.js'
import { cutAt } from '../support/cuts.js'

/** `ws` exports it, and its types leave it out. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable }

interface RawFrame {
  readonly first: number
  readonly masked: boolean
  readonly key: Uint8Array
  readonly payload: Uint8Array
  /** How the length is written: as short as can be, or in two or eight bytes. */
  readonly longer: 0 | 2 | 8
}

interface Verdict {
  data: string
  readonly pings: string[]
  close: number | undefined
  broken: boolean
}

const OPCODES = [0, 0, 0, 1, 2, 2, 2, 8, 9, 9, 10, 3, 11]
const first = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(fc.constantFrom(0, 0x80, 0x80), fc.constantFrom(...OPCODES)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(0x90, 0xa0, 0xc0, 0x40), fc.constantFrom(...OPCODES)) },
)
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 140 }),
  fc.constantFrom([], [3, 232], [3, 238], [3, 243, 33], [16, 0], [3]).map((bytes) => Uint8Array.from(bytes)),
)
const frame = (role: WebSocketRole): fc.Arbitrary<RawFrame> =>
  fc.record({
    first: first.map(([high, opcode]) => high | opcode),
    masked: fc.integer({ min: 0, max: 20 }).map((n) => (n === 0) !== (role === 'server')),
    key: fc.uint8Array({ minLength: 4, maxLength: 4 }),
    payload,
    longer: fc.constantFrom(0, 0, 0, 2, 8),
  })

function encode({ first, masked, key, payload, longer }: RawFrame): Uint8Array {
  const bytes = payload.length > 125 && longer === 0 ? 2 : longer
  const length = bytes === 0 ? payload.length : bytes === 2 ? 126 : 127
  const head = Buffer.alloc(2 + bytes)
  head[0] = first
  head[1] = (masked ? 0x80 : 0) | length
  if (bytes > 0) head.writeUIntBE(payload.length, 2 + Math.max(0, bytes - 6), Math.min(bytes, 6))
  const body = new Uint8Array(payload)
  if (masked) xorMask(body, key)
  return concat([head, masked ? key : new Uint8Array(0), body])
}

function ours(role: WebSocketRole, pieces: readonly Uint8Array[]): Verdict {
  const decoder = new WebSocketDecoder(role)
  const verdict: Verdict = { data: '', pings: [], close: undefined, broken: false }
  try {
    for (const piece of pieces) {
      decoder.receive(new Uint8Array(piece))
      for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
        if (event.kind === 'data') verdict.data += toHex(event.bytes)
        if (event.kind === 'ping') verdict.pings.push(toHex(event.payload))
        if (event.kind === 'close') verdict.close = event.code
      }
    }
  } catch (error) {
    if (!isFault(error, 'TRANSPORT_WEBSOCKET')) throw error
    verdict.broken = true
  }
  return verdict
}

function theirs(role: WebSocketRole, pieces: readonly Uint8Array[]): Verdict {
  const receiver = new Receiver({
    isServer: role === 'server',
    skipUTF8Validation: true,
    maxPayload: 1024 * 1024,
  })
  const verdict: Verdict = { data: '', pings: [], close: undefined, broken: false }
  receiver.on('message', (data: Buffer) => {
    verdict.data += data.toString('hex')
  })
  receiver.on('ping', (data: Buffer) => verdict.pings.push(data.toString('hex')))
  receiver.on('conclude', (code: number) => {
    verdict.close = code
  })
  receiver.on('error', () => undefined)
  for (const piece of pieces) {
    if (receiver.errored === null && verdict.close === undefined) receiver.write(Buffer.from(piece))
  }
  verdict.broken = receiver.errored !== null
  return verdict
}

describe.each(['client', 'server'] as const)('frames for a %s', (role) => {
  it('are judged as ws judges them', () => {
    fc.assert(
      fc.property(fc.array(frame(role), { maxLength: 12 }), fc.array(fc.nat(400)), (frames, cuts) => {
        const wire = concat(frames.map(encode))
        const found = ours(role, cutAt(wire, cuts))
        const { data, ...expected } = theirs(role, [wire])
        expect(found).toMatchObject(expected)
        // Ours gives what has come of a message, ws nothing before its end.
        expect(found.data.slice(0, data.length)).toBe(data)
      }),
      { numRuns: 500 },
    )
  })
})

describe('messages', () => {
  it.each(['client', 'server'] as const)('of a %s are read by ws', (role) => {
    const bytes = fc.uint8Array({ maxLength: 300 })
    const key = fc.uint8Array({ minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 6 }), key, (pieces, maskKey) => {
        const whole = toHex(concat(pieces))
        const wire = concat(encodeMessages(pieces, role, () => maskKey))
        const verdict = theirs(role === 'client' ? 'server' : 'client', [wire])
        expect(verdict).toEqual({ data: whole, pings: [], close: undefined, broken: false })
      }),
    )
  })
})
