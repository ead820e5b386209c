import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { kdf } from '../../../src/crypto/kdf.js'
import { BLOCK_WORDS, STATE_WORDS, sha256Kernel } from '../../../src/crypto/sha256-block.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import * as naive from '../../support/naive-vmess.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const kernel = sha256Kernel()
const wordsAt = (address: number, words: number): Int32Array =>
  kernel.words.subarray(address / 4, address / 4 + words)

/** SHA-256 of a message of whole blocks and an end, by the function under test. */
function sha256ByBlocks(message: Uint8Array): string {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / 64) * 64)
  padded.set(message)
  padded[message.length] = 0x80
  padded.writeUInt32BE(message.length * 8, padded.length - 4)
  wordsAt(state, STATE_WORDS).set(wordsAt(kernel.start, STATE_WORDS))
  for (let at = 0; at < padded.length; at += 64) {
    wordsAt(block, BLOCK_WORDS).forEach((_, word, words) => {
      words[word] = padded.readInt32BE(at + word * 4)
    })
    kernel.compress(state, block, state)
  }
  return hex(Buffer.concat([...wordsAt(state, STATE_WORDS)].map((word) => naive.u32(word >>> 0))))
}

const state = kernel.allocate(STATE_WORDS)
const block = kernel.allocate(BLOCK_WORDS)

test('the compression function gives SHA-256 for messages of 0 to 200 bytes', () => {
  const random = makeSeededRandom(3)
  for (let length = 0; length <= 200; length++) {
    const message = random(length)
    expect(sha256ByBlocks(message)).toBe(createHash('sha256').update(message).digest('hex'))
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

  test('refuses what does not fit a block', () => {
    expect(() => kdf(new Uint8Array(16), 'salt', new Uint8Array(65))).toThrow(RangeError)
    expect(() => kdf(new Uint8Array(56), 'salt')).toThrow(RangeError)
  })
})
