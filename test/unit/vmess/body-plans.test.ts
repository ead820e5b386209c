/** Every security with every option byte, as a stream and as datagrams, against the naive builder. */
import { describe, expect, test } from 'vitest'
import { nobleBackend } from '../../../src/crypto/noble-backend.js'
import { nodeBackend } from '../../../src/crypto/node-backend.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import { type BodyChoice, maxPayload, planBody } from '../../../src/vmess/body-plan.js'
import { decoderOf, encoderOf, naiveParts, readBody } from '../../support/bodies.js'
import { cutAt, everyByte } from '../../support/cuts.js'
import { codeOf, concat, hex } from '../../support/vmess-fixtures.js'

const random = makeSeededRandom(8)
const OPTION_BYTES = Array.from({ length: 32 }, (_, options) => options)
const SECURITIES = [1, 3, 4, 5] as const
const FORMS = ['stream', 'packet'] as const

const CHOICES: readonly BodyChoice[] = SECURITIES.flatMap((security) =>
  OPTION_BYTES.flatMap((options) => FORMS.map((form) => ({ security, options, form }))),
)

/** Padding needs masking; datagrams need chunks, which AEADs always have. */
function isLegal({ security, options, form }: BodyChoice): boolean {
  if ((options & 0x08) !== 0 && (options & 0x04) === 0) return false
  return form === 'stream' || (options & 0x01) !== 0 || security === 3 || security === 4
}

const nameOf = ({ security, options, form }: BodyChoice): string =>
  `${security}/${options.toString(16).padStart(2, '0')} ${form}`

const LEGAL = CHOICES.filter(isLegal).map((choice) => [nameOf(choice), choice] as const)
const ILLEGAL = CHOICES.filter((choice) => !isLegal(choice)).map(
  (choice) => [nameOf(choice), choice] as const,
)

/** Three cuts anywhere. */
function randomCuts(bytes: Uint8Array): Uint8Array[] {
  const [a = 0, b = 0, c = 0] = random(3)
  return cutAt(
    bytes,
    [a, b, c].map((dice) => Math.floor((dice / 256) * bytes.length)),
  )
}

describe.each(LEGAL)('%s', (_, choice) => {
  const pieces = [5, 1, 300, 17].map((size) => random(size))
  const { marksEnd, framing } = planBody(choice)
  const parts = naiveParts(choice, pieces, marksEnd)
  const wire = concat(parts)

  test.each([nodeBackend, nobleBackend])('is written as by hand under $name', (backend) => {
    const encoder = encoderOf(choice, backend)
    const written = pieces.flatMap((piece) => [...encoder.encode(piece)])
    expect(hex(concat([...written, ...encoder.finish()]))).toBe(hex(wire))
  })

  test.each([nodeBackend, nobleBackend])('is read however it is cut under $name', (backend) => {
    for (const cut of [[wire], everyByte(wire), randomCuts(wire), randomCuts(wire)]) {
      const { pieces: read, ...outcome } = readBody(decoderOf(choice, backend), cut)
      expect(outcome).toEqual({ code: 'none', finish: 'none', ended: marksEnd && framing === 'chunks' })
      expect(hex(concat(read))).toBe(hex(concat(pieces)))
      if (choice.form === 'packet') expect(read.map(hex)).toEqual(pieces.map(hex))
    }
  })

  test('understands an end that the options do not announce', () => {
    if (framing === 'raw') return
    const whole = concat(naiveParts(choice, pieces, true))
    const { pieces: read, ...outcome } = readBody(decoderOf(choice), [whole, random(9)])
    expect(outcome).toEqual({ code: 'none', finish: 'none', ended: true })
    expect(hex(concat(read))).toBe(hex(concat(pieces)))
  })
})

test.each(ILLEGAL)('%s is refused', (_, choice) => {
  expect(codeOf(() => planBody(choice))).toBe('VMESS_OPTIONS')
})

test.each([0, 2, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 255])('security %d is no cipher', (security) => {
  for (const form of FORMS) {
    for (const options of OPTION_BYTES) {
      expect(codeOf(() => planBody({ security, options, form }))).toBe('VMESS_SECURITY')
    }
  }
})

test('bits that no option has change nothing', () => {
  const plan = planBody({ security: 3, options: 0x0d, form: 'stream' })
  for (const bit of [0x02, 0x20, 0x40, 0x80]) {
    expect(planBody({ security: 3, options: 0x0d | bit, form: 'stream' })).toEqual(plan)
  }
})

test.each([
  ['3/01 stream', 65_519],
  ['3/0d stream', 65_456],
  ['4/1d stream', 65_456],
  ['1/01 stream', 65_531],
  ['5/0d stream', 65_535],
  ['5/0d packet', 65_472],
])('%s carries at most %d bytes in a chunk', (name, most) => {
  const choice = CHOICES.find((candidate) => nameOf(candidate) === name) as BodyChoice
  expect(maxPayload(planBody(choice))).toBe(most)
})
