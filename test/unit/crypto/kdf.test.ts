import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { kdf } from '../../../src/crypto/kdf.js'
import { SHA256_START, sha256Block } from '../../../src/crypto/sha256-block.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import * as naive from '../../support/naive-vmess.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** SHA-256 of a message of whole blocks and an end, by the function under test. */
function sha256ByBlocks(message: Uint8Array): string {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / 64) * 64)
  padded.set(message)
  padded[message.length] = 0x80
  padded.writeUInt32BE(message.length * 8, padded.length - 4)
  const state = SHA256_START.slice()
  for (let at = 0; at < padded.length; at += 64) {
    sha256Block(
      state,
      Int32Array.from({ length: 16 }, (_, word) => padded.readInt32BE(at + word * 4)),
      state,
    )
  }
  return hex(Buffer.concat([...state].map((word) => naive.u32(word >>> 0))))
}

test('the compression function gives SHA-256 for messages of 0 to 200 bytes', () => {
  const random = makeSeededRandom(3)
  for (let length = 0; length <= 200; length++) {
    const message = random(length)
    expect(sha256ByBlocks(message)).toBe(createHash('sha256').update(message).digest('hex'))
  }
})

test('the compression function may write its result over its block', () => {
  const block = new Int32Array(16)
  const apart = new Int32Array(8)
  sha256Block(SHA256_START, block, apart)
  sha256Block(SHA256_START, block, block)
  expect(block.subarray(0, 8)).toEqual(apart)
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
