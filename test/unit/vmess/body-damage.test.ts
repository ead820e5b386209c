/** Bodies that are cut short or altered: a fault, or the beginning of the truth, and never anything else. */
import { describe, expect, test } from 'vitest'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import type { BodyChoice } from '../../../src/vmess/body-plan.js'
import { decoderOf, KEYS, naiveParts, type Reading, readBody } from '../../support/bodies.js'
import * as naive from '../../support/naive-vmess.js'
import { codeOf, concat, hex } from '../../support/vmess-fixtures.js'

const random = makeSeededRandom(34)
const PIECES = [7, 20, 1, 3, 3, 3, 3, 3].map((size) => random(size))
const TRUTH = hex(concat(PIECES))
const FAULTS = ['VMESS_CHUNK_TAG', 'VMESS_CHUNK_SIZE', 'VMESS_CHUNK_CHECKSUM', 'WIRE_TRUNCATED']

const stream = (security: number, options: number): BodyChoice => ({ security, options, form: 'stream' })

const BODIES = [
  ['3/01', stream(3, 0x01)],
  ['3/0d', stream(3, 0x0d)],
  ['3/1d', stream(3, 0x1d)],
  ['4/05', stream(4, 0x05)],
  ['4/1d', stream(4, 0x1d)],
  ['1/0d', stream(1, 0x0d)],
] as const

const SENDS_PLAIN = [['5/05', stream(5, 0x05)] as const]

const released = ({ pieces }: Reading): string => pieces.map(hex).join('')

describe.each([...BODIES, ...SENDS_PLAIN])('%s cut short', (_, body) => {
  const parts = naiveParts(body, PIECES, true)
  const wire = concat(parts)
  let at = 0
  const bounds = new Set([0, ...parts.map((part) => (at += part.length))])

  test('is truncated at every byte inside a chunk, and fine between two', () => {
    for (let length = 0; length < wire.length; length++) {
      const reading = readBody(decoderOf(body), [wire.subarray(0, length)])
      expect(reading.code, `${length}`).toBe('none')
      expect(reading.ended).toBe(false)
      expect(reading.finish, `after ${length} bytes`).toBe(bounds.has(length) ? 'none' : 'WIRE_TRUNCATED')
      expect(TRUTH.startsWith(released(reading))).toBe(true)
    }
  })

  test('gives every whole chunk before the cut', () => {
    let whole = 0
    for (let index = 0; index < PIECES.length; index++) {
      whole += (parts[index] as Buffer).length
      const { pieces } = readBody(decoderOf(body), [wire.subarray(0, whole + 1)])
      expect(released({ pieces } as Reading)).toBe(hex(concat(PIECES.slice(0, index + 1))))
    }
  })
})

describe.each(BODIES)('%s altered', (_, body) => {
  const wire = concat(naiveParts(body, PIECES, true))

  test('by any one bit is a fault or the beginning of the truth', () => {
    for (let bit = 0; bit < wire.length * 8; bit++) {
      const altered = Uint8Array.from(wire)
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7))
      const reading = readBody(decoderOf(body), [altered])
      expect(TRUTH.startsWith(released(reading)), `bit ${bit}`).toBe(true)
      const verdict = reading.code === 'none' ? reading.finish : reading.code
      if (verdict === 'none') expect([released(reading), reading.ended]).toEqual([TRUTH, true])
      else expect(FAULTS, `bit ${bit}`).toContain(verdict)
    }
  })

  test('repeats its fault whatever else it is given', () => {
    const altered = Uint8Array.from(wire)
    const inPayload = (body.options & 0x10) === 0 ? 7 : 20
    altered[inPayload] = (altered[inPayload] as number) ^ 1
    const decoder = decoderOf(body)
    const { code } = readBody(decoder, [altered])
    expect(FAULTS).toContain(code)
    for (const more of [new Uint8Array(0), wire, random(70_000)]) {
      expect(readBody(decoder, [more])).toEqual({ pieces: [], code, finish: code, ended: false })
    }
  })
})

describe('which fault it is', () => {
  /** Of a chunk with byte `at` altered. */
  const verdict = (body: BodyChoice, at: number): string => {
    const wire = concat(naiveParts(body, [random(50)], true))
    wire[at] = (wire[at] as number) ^ 0x01
    return readBody(decoderOf(body), [wire]).code
  }

  test.each([
    ['the payload under an AEAD', stream(3, 0x01), 20, 'VMESS_CHUNK_TAG'],
    ['the tag', stream(4, 0x05), 2 + 50 + 3, 'VMESS_CHUNK_TAG'],
    ['a sealed size', stream(3, 0x11), 1, 'VMESS_CHUNK_TAG'],
    ['the tag of a sealed size', stream(4, 0x15), 17, 'VMESS_CHUNK_TAG'],
    ['the payload under a checksum', stream(1, 0x01), 30, 'VMESS_CHUNK_CHECKSUM'],
  ] as const)('%s', (...[, body, at, code]) => {
    expect(verdict(body, at)).toBe(code)
  })

  test.each([
    ['overhead', stream(3, 0x01), '000f'],
    ['no overhead at all', stream(3, 0x01), '0000'],
    ['a checksum', stream(4, 0x00), '0001'],
  ] as const)('a size below %s is impossible', (_, body, field) => {
    const decoder = decoderOf(body)
    decoder.receive(Buffer.from(field, 'hex'))
    expect(codeOf(() => decoder.next())).toBe('VMESS_CHUNK_SIZE')
  })

  test('a sealed size that overflows with its tag is impossible', () => {
    const nonce = Buffer.concat([Buffer.alloc(2), KEYS.requestIv.subarray(2, 12)])
    const key = naive.kdf(KEYS.requestKey, 'auth_len').subarray(0, 16)
    const decoder = decoderOf(stream(3, 0x11))
    decoder.receive(naive.gcm({ key, nonce }, naive.u16(65_535 - 15)))
    expect(codeOf(() => decoder.next())).toBe('VMESS_CHUNK_SIZE')
  })

  test('a size below its padding is impossible too', () => {
    const body = stream(3, 0x0d)
    const [end] = naiveParts(body, [], true) as [Buffer]
    const padding = end.length - 2 - 16
    expect(padding).toBeGreaterThan(0)
    // The size is masked, so it is lowered by the difference of two sizes.
    const field = ((end[0] as number) << 8) | (end[1] as number)
    const lowered = field ^ (16 + padding) ^ (15 + padding)
    const decoder = decoderOf(body)
    decoder.receive(Uint8Array.of(lowered >> 8, lowered & 0xff))
    expect(codeOf(() => decoder.next())).toBe('VMESS_CHUNK_SIZE')
  })
})
