import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isPiece, openPiece, sealPiece } from '../../../src/crypto/gcm-piece.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'

const random = makeSeededRandom(7)
const MOST_BYTES = 512
const MOST_DATA = 64

/** As the platform does it. */
function sealed(plaintext: Uint8Array, dataBytes: number | undefined) {
  const [key, nonce] = [random(16), random(12)]
  const associatedData = dataBytes === undefined ? undefined : random(dataBytes)
  const cipher = createCipheriv('aes-128-gcm', key, nonce, { authTagLength: 16 })
  if (associatedData !== undefined) cipher.setAAD(associatedData)
  const ciphertext = cipher.update(plaintext)
  cipher.final()
  return { piece: { key, nonce, associatedData }, ciphertext, tag: cipher.getAuthTag() }
}

describe('a small piece of AES-128-GCM', () => {
  test('is sealed and opened as by OpenSSL, whatever its length and that of what goes with it', () => {
    for (let length = 0; length <= MOST_BYTES; length++) {
      const plaintext = random(length)
      const { piece, ciphertext, tag } = sealed(plaintext, length % 2 ? length % (MOST_DATA + 1) : undefined)
      const ours = sealPiece(piece, plaintext)
      expect(Buffer.from(ours.ciphertext).equals(ciphertext)).toBe(true)
      expect(Buffer.from(ours.tag).equals(tag)).toBe(true)
      expect(Buffer.from(openPiece(piece, { ciphertext, tag }) ?? 'forged').equals(plaintext)).toBe(true)
    }
  })

  test('does not open when one bit of anything is another', () => {
    const { piece, ciphertext, tag } = sealed(random(40), 16)
    const { key, nonce, associatedData = new Uint8Array(0) } = piece
    for (const bytes of [key, nonce, associatedData, ciphertext, tag]) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
        expect(openPiece(piece, { ciphertext, tag })).toBeUndefined()
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
      }
    }
    expect(openPiece(piece, { ciphertext, tag: tag.subarray(0, 15) })).toBeUndefined()
    expect(openPiece(piece, { ciphertext, tag })).toBeDefined()
  })

  test('is what fits the kernel', () => {
    expect(isPiece(random(MOST_BYTES), undefined)).toBe(true)
    expect(isPiece(random(MOST_BYTES + 1), undefined)).toBe(false)
    expect(isPiece(random(1), random(MOST_DATA))).toBe(true)
    expect(isPiece(random(1), random(MOST_DATA + 1))).toBe(false)
  })
})
