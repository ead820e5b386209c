/** Small chunks that are opened together give what each of them gives by itself. */
import { describe, expect, test } from 'vitest'
import type { Aead, CryptoBackend } from '../../../src/crypto/backend.js'
import { nodeBackend } from '../../../src/crypto/node-backend.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import type { BodyChoice } from '../../../src/vmess/body-plan.js'
import { decoderOf, naiveParts, readBody, singlesBackend } from '../../support/bodies.js'
import { concat, hex } from '../../support/vmess-fixtures.js'

const random = makeSeededRandom(55)
const stream = (options: number, security = 3): BodyChoice => ({ security, options, form: 'stream' })
const BODIES = [3, 4].flatMap((security) =>
  [0x01, 0x05, 0x0d, 0x11, 0x1d].map(
    (options) => [`${security}/${options.toString(16).padStart(2, '0')}`, stream(options, security)] as const,
  ),
)

/** The backend, and how many chunks were opened in each run. */
function noting(): { backend: CryptoBackend; runs: number[] } {
  const runs: number[] = []
  const note = (aead: Aead): Aead => ({
    seal: (...call) => aead.seal(...call),
    open: (...call) => aead.open(...call),
    openRun: (run) => {
      runs.push(run.units.length)
      if (aead.openRun === undefined) throw new Error('no runs')
      return aead.openRun(run)
    },
  })
  const backend: CryptoBackend = {
    ...nodeBackend,
    aes128Gcm: (key) => note(nodeBackend.aes128Gcm(key)),
    chacha20Poly1305: (key) => note(nodeBackend.chacha20Poly1305(key)),
  }
  return { backend, runs }
}

/** What both ways make of it, which must be the same; and the runs there were. */
function readBothWays(body: BodyChoice, parts: readonly Uint8Array[]) {
  const { backend, runs } = noting()
  const together = readBody(decoderOf(body, backend), parts)
  const single = readBody(decoderOf(body, singlesBackend), parts)
  const [bytes, expected] = [together, single].map(({ pieces }) => hex(concat([...pieces, EMPTY])))
  expect({ ...together, pieces: bytes?.length }).toEqual({ ...single, pieces: expected?.length })
  expect(bytes === expected).toBe(true)
  return { ...together, bytes: bytes ?? '', runs }
}

const EMPTY = new Uint8Array(0)
const piecesOf = (...sizes: number[]): Uint8Array[] => sizes.map((size) => random(size))
const times = (count: number, size: number): number[] => Array.from({ length: count }, () => size)

describe.each(BODIES)('%s', (_, body) => {
  test('many of one size', () => {
    const pieces = piecesOf(...times(40, 1_000))
    const { bytes, runs } = readBothWays(body, [concat(naiveParts(body, pieces, true))])
    expect(bytes).toBe(hex(concat(pieces)))
    expect(Math.max(...runs)).toBeGreaterThan(30)
  })

  test('of all sizes, cut anywhere', () => {
    for (let round = 0; round < 12; round++) {
      const sizes = Array.from(random(60), (dice) => (dice % 9 === 0 ? 40 * (dice + 1) : 1 + dice))
      const pieces = piecesOf(...sizes)
      const wire = concat(naiveParts(body, pieces, round % 2 === 0))
      const [a = 0, b = 0] = random(2)
      const cuts = [
        0,
        Math.floor((wire.length * Math.min(a, b)) / 256),
        Math.floor((wire.length * Math.max(a, b)) / 256),
      ]
      const parts = cuts.map((from, i) => wire.subarray(from, cuts[i + 1] ?? wire.length))
      expect(readBothWays(body, parts).bytes).toBe(hex(concat(pieces)))
    }
  })

  test('with a large chunk among them, and one that is only begun', () => {
    const pieces = piecesOf(...times(8, 100), 16_368, ...times(8, 100), 9_000, 30)
    const wire = concat(naiveParts(body, pieces, true))
    const { bytes, ended, runs } = readBothWays(body, [wire])
    expect([bytes, ended]).toEqual([hex(concat(pieces)), true])
    expect(runs.length).toBeGreaterThan(0)
    for (const missing of [1, 20, 70, 5_000, 9_500]) {
      expect(readBothWays(body, [wire.subarray(0, wire.length - missing)]).ended).toBe(false)
    }
  })

  test('with the end inside the run, and garbage behind', () => {
    const pieces = piecesOf(...times(20, 64))
    const wire = concat([...naiveParts(body, pieces, true), random(4_000)])
    const { bytes, ended, code, runs } = readBothWays(body, [wire])
    expect([bytes, ended, code]).toEqual([hex(concat(pieces)), true, 'none'])
    expect(runs).not.toEqual([])
  })

  test('altered in any of them: the same bytes before the same fault', () => {
    const pieces = piecesOf(...times(16, 48))
    const parts = naiveParts(body, pieces, true)
    const wire = concat(parts)
    let start = 0
    for (const [index, part] of parts.entries()) {
      for (const offset of [0, 1, 2, 17, 18, 30, 52, part.length - 1]) {
        const altered = Uint8Array.from(wire)
        altered[start + offset] = (altered[start + offset] as number) ^ 0x04
        for (const cut of [0, 100, 150]) {
          const { bytes } = readBothWays(body, [altered.subarray(0, cut), altered.subarray(cut)])
          expect(hex(concat(pieces)).startsWith(bytes), `chunk ${index}, byte ${offset}`).toBe(true)
        }
      }
      start += part.length
    }
  })

  test('across the limits of one run', () => {
    const many = piecesOf(...times(1_400, 3))
    const wire = concat(naiveParts(body, many, true))
    const first = readBothWays(body, [wire])
    expect(first.bytes).toBe(hex(concat(many)))
    expect(Math.max(...first.runs)).toBe(512)
    const large = piecesOf(...times(30, 8_000))
    const second = readBothWays(body, [concat(naiveParts(body, large, true))])
    expect(second.bytes).toBe(hex(concat(large)))
    expect(Math.max(...second.runs)).toBe(8)
  })
})

test.each([0, 1, 2, 3, 900])('a run that fills its limit but for %d bytes leaves the next alone', (less) => {
  // Chunks of 1024 bytes on the wire. The first is by itself: before it there is no telling their size.
  const pieces = piecesOf(1_006, ...times(63, 1_006), 1_006 - less, ...times(10, 1_006))
  const wire = concat(naiveParts(stream(0x01), pieces, true))
  for (const cut of [0, 1_024, 1_025, 1_500, 2_047]) {
    const { bytes, code } = readBothWays(stream(0x01), [wire.subarray(0, cut), wire.subarray(cut)])
    expect([code, bytes], `cut at ${cut}`).toEqual(['none', hex(concat(pieces))])
  }
})

test('a fault behind whole chunks comes after them, and stays', () => {
  const body = stream(0x01)
  const pieces = piecesOf(...times(10, 50))
  const parts = naiveParts(body, pieces, false)
  const broken = Buffer.from(parts[7] as Buffer)
  broken[10] = (broken[10] as number) ^ 1
  const wire = concat([...parts.slice(0, 7), broken, ...parts.slice(8)])
  const decoder = decoderOf(body)
  const { pieces: read, code, finish } = readBody(decoder, [wire])
  expect(hex(concat(read))).toBe(hex(concat(pieces.slice(0, 7))))
  expect([code, finish]).toEqual(['VMESS_CHUNK_TAG', 'VMESS_CHUNK_TAG'])
  expect(readBody(decoder, [wire]).code).toBe('VMESS_CHUNK_TAG')
})

test('datagrams are never joined', () => {
  const body: BodyChoice = { security: 3, options: 0x05, form: 'packet' }
  const pieces = piecesOf(...times(30, 60))
  const { backend, runs } = noting()
  const read = readBody(decoderOf(body, backend), [concat(naiveParts(body, pieces, false))])
  expect(read.pieces.map(hex)).toEqual(pieces.map(hex))
  expect(runs).toEqual([])
})
