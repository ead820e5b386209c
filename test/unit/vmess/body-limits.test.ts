/** Sizes: what a writer emits, what a reader takes, what is held meanwhile; and the bounds of datagrams. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import { type BodyChoice, maxPayload, planBody, SAFE_PAYLOAD } from '../../../src/vmess/body-plan.js'
import { decoderOf, encoderOf, naiveParts, readBody } from '../../support/bodies.js'
import { concat, hex } from '../../support/vmess-fixtures.js'

const random = makeSeededRandom(21)
const choice = (security: number, options: number, form: 'stream' | 'packet' = 'stream'): BodyChoice => ({
  security,
  options,
  form,
})

const CHUNKED = [
  ['3/01', choice(3, 0x01)],
  ['3/0d', choice(3, 0x0d)],
  ['3/1d', choice(3, 0x1d)],
  ['4/15', choice(4, 0x15)],
  ['1/0d', choice(1, 0x0d)],
  ['5/05', choice(5, 0x05)],
] as const

const same = (a: Uint8Array, b: Uint8Array): void => {
  expect(a.length).toBe(b.length)
  expect(Buffer.compare(a, b)).toBe(0)
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(CHUNKED)('a stream %s', (_, body) => {
  const limit = maxPayload(planBody(body))

  test('is written in chunks that every known reader takes', () => {
    expect(SAFE_PAYLOAD).toBe(16_368)
    const data = random(40_000)
    const pieces = [data.subarray(0, 16_368), data.subarray(16_368, 32_736), data.subarray(32_736)]
    same(concat(encoderOf(body).encode(data)), concat(naiveParts(body, pieces, false)))
  })

  test('is written in chunks as large as can be, once the peer is known to read them', () => {
    const data = random(limit + 70)
    const encoder = encoderOf(body)
    const first = encoder.encode(data.subarray(0, 10))
    encoder.allowLargeChunks()
    const written = concat([...first, ...encoder.encode(data.subarray(10))])
    const pieces = [data.subarray(0, 10), data.subarray(10, limit + 10), data.subarray(limit + 10)]
    same(written, concat(naiveParts(body, pieces, false)))
    same(concat(readBody(decoderOf(body), [written]).pieces), data)
  })

  test('is read whatever 16 bits announce', () => {
    const { padding, overhead, size } = planBody(body)
    // Only what is not padded can be made to fill its size exactly.
    const most = padding ? limit : 65_535 - overhead
    const [part] = naiveParts(body, [random(most)], false) as [Buffer]
    if (!padding) expect(part.length).toBe((size === 'sealed' ? 18 : 2) + 65_535)
    for (const cut of [[part], [part.subarray(0, 1), part.subarray(1, 30_000), part.subarray(30_000)]]) {
      const { pieces, code } = readBody(decoderOf(body), cut)
      expect([code, concat(pieces).length]).toEqual(['none', most])
    }
  })

  test('holds no more than the chunk that was announced', () => {
    const decoder = decoderOf(body)
    const [part] = naiveParts(body, [random(limit)], false) as [Buffer]
    const allocated: number[] = []
    const { allocUnsafeSlow } = Buffer
    vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((length) => {
      allocated.push(length)
      return allocUnsafeSlow(length)
    })
    const { pieces, finish } = readBody(
      decoder,
      Array.from({ length: 60 }, (_, i) => part.subarray(i, i + 1)),
    )
    // What is neither sealed nor summed passes as it comes.
    expect([pieces.length, finish]).toEqual([body.security === 5 ? 58 : 0, 'WIRE_TRUNCATED'])
    expect(allocated.length).toBeLessThanOrEqual(2)
    expect(allocated.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(65_535 + 18)
  })
})

test('66 000 chunks are written and read across the wrap of both counters', () => {
  const body = choice(3, 0x1d)
  const data = random(66_000)
  const pieces = Array.from(data, (byte) => Uint8Array.of(byte))
  const expected = concat(naiveParts(body, pieces, true))
  const encoder = encoderOf(body)
  const written = pieces.flatMap((piece) => [...encoder.encode(piece)])
  same(concat([...written, ...encoder.finish()]), expected)
  const cuts = Array.from({ length: Math.ceil(expected.length / 50_000) }, (_, i) =>
    expected.subarray(i * 50_000, (i + 1) * 50_000),
  )
  const { pieces: read, code, ended } = readBody(decoderOf(body), cuts)
  expect([code, ended]).toEqual(['none', true])
  same(concat(read), data)
}, 60_000)

describe('the end of a stream', () => {
  test.each([
    ['3/01', choice(3, 0x01), '0010'],
    ['1/01', choice(1, 0x01), undefined],
    ['5/01', choice(5, 0x01), '0000'],
  ] as const)('%s is an empty chunk like any other', (_, body, field) => {
    const end = concat(encoderOf(body).finish())
    same(end, concat(naiveParts(body, [], true)))
    if (field !== undefined) expect(hex(end.subarray(0, 2))).toBe(field)
    expect(readBody(decoderOf(body), [end])).toMatchObject({ code: 'none', finish: 'none', ended: true })
  })

  test.each([
    ['3/00', choice(3, 0x00)],
    ['3/04', choice(3, 0x04)],
    ['5/00', choice(5, 0x00)],
    ['1/00', choice(1, 0x00)],
  ] as const)('%s has none to write', (_, body) => {
    expect(encoderOf(body).finish()).toEqual([])
  })

  test('of an unencrypted stream does not wait for anything behind its size', () => {
    expect(
      readBody(decoderOf(choice(5, 0x01)), [Buffer.from('000161', 'hex'), Buffer.alloc(2)]),
    ).toMatchObject({
      code: 'none',
      ended: true,
    })
  })

  test('is not taken for one when its tag is missing or wrong', () => {
    const end = concat(naiveParts(choice(3, 0x01), [], true))
    const cut = readBody(decoderOf(choice(3, 0x01)), [end.subarray(0, 17)])
    expect(cut).toMatchObject({ code: 'none', finish: 'WIRE_TRUNCATED', ended: false })
    end[17] = (end[17] as number) ^ 1
    expect(readBody(decoderOf(choice(3, 0x01)), [end])).toMatchObject({
      code: 'VMESS_CHUNK_TAG',
      ended: false,
    })
  })

  test('makes whatever follows it nothing', () => {
    const decoder = decoderOf(choice(3, 0x0d))
    const wire = concat(naiveParts(choice(3, 0x0d), [random(3)], true))
    readBody(decoder, [concat([wire, random(500)])])
    expect(readBody(decoder, [random(500), random(500)])).toEqual({
      pieces: [],
      code: 'none',
      finish: 'none',
      ended: true,
    })
  })
})

describe.each([
  ['3/0d', choice(3, 0x0d, 'packet'), 65_456],
  ['4/01', choice(4, 0x01, 'packet'), 65_519],
  ['3/00', choice(3, 0x00, 'packet'), 65_519],
  ['5/0d', choice(5, 0x0d, 'packet'), 65_472],
  ['1/01', choice(1, 0x01, 'packet'), 65_531],
] as const)('datagrams %s', (_, body, most) => {
  test('keep their bounds, large ones too', () => {
    const datagrams = [1, 1_400, SAFE_PAYLOAD + 1, 1, 1, 2, 1, 1, 9_000].map((size) => random(size))
    const encoder = encoderOf(body)
    const wire = concat(datagrams.flatMap((datagram) => [...encoder.encode(datagram)]))
    same(wire, concat(naiveParts(body, datagrams, false)))
    const { pieces } = readBody(decoderOf(body), [wire])
    expect(pieces.map((piece) => piece.length)).toEqual(datagrams.map((datagram) => datagram.length))
    same(concat(pieces), concat(datagrams))
  })

  test('are dropped when empty or too large, and disturb nothing', () => {
    const encoder = encoderOf(body)
    expect(encoder.encode(new Uint8Array(0))).toEqual([])
    expect(encoder.encode(new Uint8Array(most + 1))).toEqual([])
    const fits = random(most)
    const wire = concat(encoder.encode(fits))
    same(wire, concat(naiveParts(body, [fits], false)))
    expect(readBody(decoderOf(body), [wire]).pieces.map((piece) => piece.length)).toEqual([most])
  })

  test('are not many, however they come', () => {
    const datagrams = Array.from({ length: 40 }, (_, i) => random(1 + (i % 7)))
    const { pieces } = readBody(decoderOf(body), [concat(naiveParts(body, datagrams, true))])
    expect(pieces.map(hex)).toEqual(datagrams.map(hex))
  })
})

test('an empty write of a stream is nothing', () => {
  for (const [, body] of CHUNKED) expect(encoderOf(body).encode(new Uint8Array(0))).toEqual([])
  expect(encoderOf(choice(5, 0)).encode(new Uint8Array(0))).toEqual([])
})

test('an encoder says whether its pieces are views of what it was given', () => {
  const data = random(20)
  for (const options of [0x00, 0x05]) {
    const encoder = encoderOf(choice(5, options))
    const pieces = encoder.encode(data)
    same(concat(pieces), concat(naiveParts(choice(5, options), [data], false)))
    expect([encoder.borrows, pieces.some(({ buffer }) => buffer === data.buffer)]).toEqual([true, true])
  }
  for (const [security, options] of [
    [3, 1],
    [4, 1],
    [1, 1],
    [1, 0],
  ] as const) {
    const encoder = encoderOf(choice(security, options))
    const pieces = encoder.encode(data)
    expect([encoder.borrows, pieces.some(({ buffer }) => buffer === data.buffer)]).toEqual([false, false])
  }
})
