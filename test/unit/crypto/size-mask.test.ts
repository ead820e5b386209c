/** The words that mask chunk sizes, against FIPS 202 and noble. */
import { shake128 } from '@noble/hashes/sha3.js'
import { expect, test } from 'vitest'
import { SizeMask } from '../../../src/crypto/size-mask.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import { hex } from '../../support/vmess-fixtures.js'

const random = makeSeededRandom(31)

function bytesOf(mask: SizeMask, count: number): Buffer {
  const bytes = Buffer.alloc(count)
  for (let at = 0; at < count; at += 2) bytes.writeUInt16BE(mask.next(), at)
  return bytes
}

test('of an empty text they are the sample of SHAKE128', () => {
  expect(hex(bytesOf(new SizeMask(new Uint8Array(0)), 32))).toBe(
    '7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26',
  )
})

test('are those of noble, however far', () => {
  for (let round = 0; round < 50; round++) {
    const iv = random(16)
    const length = round === 0 ? 168 * 400 : 2_000
    expect(hex(bytesOf(new SizeMask(iv), length))).toBe(hex(shake128(iv, { dkLen: length })))
  }
})

test('of several masks do not depend on who draws when', () => {
  const ivs = Array.from({ length: 8 }, () => random(16))
  const masks = ivs.map((iv) => new SizeMask(iv))
  const drawn = masks.map(() => Buffer.alloc(0))
  for (let turn = 0; turn < 200; turn++) {
    const [dice = 0, count = 0] = random(2)
    const index = dice % masks.length
    drawn[index] = Buffer.concat([
      drawn[index] as Buffer,
      bytesOf(masks[index] as SizeMask, 2 * (count % 64)),
    ])
  }
  drawn.forEach((bytes, i) => {
    expect(hex(bytes)).toBe(
      hex(shake128(ivs[i] as Uint8Array, { dkLen: bytes.length || 1 }).subarray(0, bytes.length)),
    )
  })
})

test('leave the iv as it is, and keep no hold on it', () => {
  const iv = random(16)
  const before = hex(iv)
  const mask = new SizeMask(iv)
  mask.next()
  expect(hex(iv)).toBe(before)
  const expected = hex(bytesOf(new SizeMask(iv), 10))
  const other = new SizeMask(iv)
  iv.fill(0)
  expect(hex(bytesOf(other, 10))).toBe(expected)
})
