/** ChaCha20-Poly1305 at all lengths, by both backends and by the kernel that stands behind one of them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RUN_LIMITS, type SealedUnit } from '../../src/crypto/backend.js'
import { ChachaRuns } from '../../src/crypto/chacha-runs.js'
import { nobleBackend } from '../../src/crypto/noble-backend.js'
import { nodeBackend } from '../../src/crypto/node-backend.js'
import { concat, hex } from '../support/vmess-fixtures.js'

const TAG_BYTES = 16
const secrets = {
  secret: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  number: fc.uint8Array({ minLength: 12, maxLength: 12 }),
}
/** Any length, small ones and the edges of blocks more often. */
const length = fc.oneof(
  fc.integer({ min: 0, max: 600 }),
  fc.integer({ min: 0, max: 70_000 }),
  fc.integer({ min: 0, max: 270 }).map((blocks) => 256 * blocks),
)
const onePiece = fc.record({ ...secrets, bytes: length, start: fc.nat(255) })

function textOf(bytes: number, start: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => (start + i * i + (i >> 7)) & 0xff)
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const at = bit >> 3
  copy[at] = (copy[at] as number) ^ (1 << (bit & 7))
  return copy
}

describe('one piece', () => {
  test('is sealed alike by both backends, and opened by either', () => {
    fc.assert(
      fc.property(onePiece, ({ secret, number, bytes, start }) => {
        const text = textOf(bytes, start)
        const [node, noble] = [nodeBackend, nobleBackend].map((each) => each.chacha20Poly1305(secret))
        const [a, b] = [node, noble].map((aead) => aead?.seal(number, text))
        if (a === undefined || b === undefined) throw new Error('not sealed')
        expect(Buffer.compare(concat([a.ciphertext, a.tag]), concat([b.ciphertext, b.tag]))).toBe(0)
        for (const aead of [node, noble]) {
          expect(Buffer.compare(aead?.open(number, a) ?? secret, text)).toBe(0)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('is the same from the kernel, up to what a run holds', () => {
    fc.assert(
      fc.property(onePiece, ({ secret, number, bytes, start }) => {
        const text = textOf(Math.min(bytes, RUN_LIMITS.bytes - TAG_BYTES), start)
        const runs = new ChachaRuns(secret)
        const expected = nobleBackend.chacha20Poly1305(secret).seal(number, text)
        const sealed = runs.sealOne(number, text)
        expect(Buffer.compare(sealed.ciphertext, expected.ciphertext)).toBe(0)
        expect(hex(sealed.tag)).toBe(hex(expected.tag))
        expect(Buffer.compare(runs.openOne(number, expected) ?? secret, text)).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  test('with one bit altered anywhere gives nothing', () => {
    fc.assert(
      fc.property(
        fc.record({ ...secrets, bytes: fc.nat(3_000), bit: fc.nat() }),
        ({ secret, number, bytes, bit }) => {
          const runs = new ChachaRuns(secret)
          const { ciphertext, tag } = runs.sealOne(number, textOf(bytes, 0))
          const altered = flip(concat([ciphertext, tag]), bit % (8 * (bytes + TAG_BYTES)))
          const sealed = { ciphertext: altered.subarray(0, bytes), tag: altered.subarray(bytes) }
          expect(runs.openOne(number, sealed)).toBeUndefined()
          expect(runs.openOne(number, { ciphertext, tag })?.length).toBe(bytes)
        },
      ),
      { numRuns: 400 },
    )
  })
})

describe('a run', () => {
  const run = fc.record({
    ...secrets,
    lengths: fc.array(fc.nat(2_500), { minLength: 1, maxLength: 24 }),
    /** Of a byte or a bit, modulo how many there are. */
    place: fc.nat(),
  })

  function sealRun(secret: Uint8Array, number: Uint8Array, texts: readonly Uint8Array[]) {
    const noble = nobleBackend.chacha20Poly1305(secret)
    const first = ((number[0] as number) << 8) | (number[1] as number)
    const units: SealedUnit[] = []
    let at = 0
    const parts = texts.map((text, i) => {
      const count = (first + i) & 0xffff
      const { ciphertext, tag } = noble.seal(
        Uint8Array.of(count >>> 8, count & 0xff, ...number.subarray(2)),
        text,
      )
      units.push({ start: at, length: text.length })
      at += text.length + TAG_BYTES
      return concat([ciphertext, tag])
    })
    return { input: concat(parts), units, nonce: number }
  }

  test('opens as noble sealed it, whatever the lengths and wherever its beginning lies', () => {
    fc.assert(
      fc.property(run, ({ secret, number, lengths, place: cut }) => {
        const texts = lengths.map(textOf)
        const { input, ...sealed } = sealRun(secret, number, texts)
        const edge = cut % (input.length + 1)
        const opened = new ChachaRuns(secret).open({
          ...sealed,
          before: input.subarray(0, edge),
          input: input.subarray(edge),
        })
        expect(opened.opened).toBe(lengths.length)
        expect(Buffer.compare(opened.plaintext, concat([new Uint8Array(0), ...texts]))).toBe(0)
      }),
      { numRuns: 100 },
    )
  })

  test('with one bit altered anywhere gives the pieces before it', () => {
    fc.assert(
      fc.property(run, ({ secret, number, lengths, place: bit }) => {
        const texts = lengths.map(textOf)
        const { input, ...sealed } = sealRun(secret, number, texts)
        const at = bit % (8 * input.length)
        const altered = sealed.units.findIndex(
          ({ start, length: size }) => at >> 3 < start + size + TAG_BYTES,
        )
        const opened = new ChachaRuns(secret).open({ ...sealed, input: flip(input, at) })
        expect(opened.opened).toBe(altered)
        const whole = concat([new Uint8Array(0), ...texts.slice(0, altered)])
        expect(Buffer.compare(opened.plaintext, whole)).toBe(0)
      }),
      { numRuns: 100 },
    )
  })
})
