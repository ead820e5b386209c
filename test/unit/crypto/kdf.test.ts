import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { deriveFour, type Four, kdf } from '../../../src/crypto/kdf.js'
import { BLOCK_WORDS, LANES, STATE_WORDS, sha256Kernel } from '../../../src/crypto/sha256-block.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import * as naive from '../../support/naive-vmess.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const kernel = sha256Kernel()
const wordsAt = (address: number, words: number): Int32Array =>
  kernel.words.subarray(address / 4, address / 4 + words * LANES)

function padded(message: Uint8Array): Buffer {
  const whole = Buffer.alloc(Math.ceil((message.length + 9) / 64) * 64)
  whole.set(message)
  whole[message.length] = 0x80
  whole.writeUInt32BE(message.length * 8, whole.length - 4)
  return whole
}

/** SHA-256 of four messages of as many blocks, by the function under test. */
function sha256ByBlocks(messages: readonly Uint8Array[]): string[] {
  const blocks = messages.map(padded)
  wordsAt(state, STATE_WORDS).set(wordsAt(kernel.start, STATE_WORDS))
  for (let at = 0; at < (blocks[0]?.length ?? 0); at += 64) {
    wordsAt(block, BLOCK_WORDS).forEach((_, i, words) => {
      words[i] = blocks[i % LANES]?.readInt32BE(at + Math.floor(i / LANES) * 4) ?? 0
    })
    kernel.compress(state, block, state)
  }
  const sums = [...wordsAt(state, STATE_WORDS)]
  return messages.map((_, lane) =>
    hex(Buffer.concat(sums.filter((_word, i) => i % LANES === lane).map((word) => naive.u32(word >>> 0)))),
  )
}

const state = kernel.allocate(STATE_WORDS)
const block = kernel.allocate(BLOCK_WORDS)

test('the compression function gives SHA-256 for messages of 0 to 200 bytes', () => {
  const random = makeSeededRandom(3)
  for (let length = 0; length <= 200; length++) {
    const messages = Array.from({ length: LANES }, () => random(length))
    const sums = messages.map((message) => createHash('sha256').update(message).digest('hex'))
    expect(sha256ByBlocks(messages)).toEqual(sums)
  }
})

test('the compression function may write its result over its block', () => {
  wordsAt(block, BLOCK_WORDS).fill(0x01020304)
  kernel.compress(kernel.start, block, state)
  const apart = wordsAt(state, STATE_WORDS).slice()
  kernel.compress(kernel.start, block, block)
  expect(wordsAt(block, STATE_WORDS)).toEqual(apart)
})

test('the memory of the kernel is bounded', () => {
  expect(() => kernel.allocate(1 << 20)).toThrow(RangeError)
})

describe('kdf', () => {
  test('agrees with nested HMAC by its definition, for 0 to 3 further items under changing salts', () => {
    const random = makeSeededRandom(4)
    for (let round = 0; round < 40; round++) {
      const secret = random(round % 33)
      const salt = `salt ${round % 3}`
      const path = Array.from({ length: round % 4 }, () => random((round * 7) % 65))
      expect(hex(kdf(secret, salt, ...path))).toBe(hex(naive.kdf(secret, salt, ...path)))
    }
  })

  test('does not let one call disturb the next', () => {
    const secret = new Uint8Array(16).fill(1)
    const first = hex(kdf(secret, 'kept', new Uint8Array(16)))
    kdf(secret, 'kept', new Uint8Array(16).fill(9), new Uint8Array(8))
    kdf(secret, 'kept')
    expect(hex(kdf(secret, 'kept', new Uint8Array(16)))).toBe(first)
  })

  test('gives four keys at once, each from its own secret under its own salt', () => {
    const random = makeSeededRandom(5)
    const salts = ['one', 'two', 'three', 'four'] as const
    for (let round = 0; round < 20; round++) {
      const secrets: Four<Uint8Array> = [random(16), random(round), random(16), random(55)]
      const path = Array.from({ length: round % 3 }, () => random(1 + round))
      const keys = deriveFour(secrets, salts, ...path).map(hex)
      const wanted = secrets.map((secret, i) =>
        naive.kdf(secret, salts[i] as string, ...path).subarray(0, 16),
      )
      expect(keys).toEqual(wanted.map(hex))
    }
  })

  test('refuses what does not fit a block', () => {
    expect(() => kdf(new Uint8Array(16), 'salt', new Uint8Array(65))).toThrow(RangeError)
    expect(() => kdf(new Uint8Array(56), 'salt')).toThrow(RangeError)
  })
})
