/** Every crypto backend keeps the same promises, and each opens what the other sealed. */
import { describe, expect, test } from 'vitest'
import type { Aead, CryptoBackend } from '../../src/crypto/backend.js'
import { nobleBackend } from '../../src/crypto/noble-backend.js'
import { nodeBackend } from '../../src/crypto/node-backend.js'
import { makeSeededRandom } from '../../src/testing/fakes.js'
import * as naive from '../support/naive-vmess.js'
import { concat, hex } from '../support/vmess-fixtures.js'

const random = makeSeededRandom(3)
const KEY = random(32)
const NONCE = random(12)
const DATA = random(20)
const SIZES = [0, 1, 15, 16, 17, 63, 64, 65, 1_000] as const
const BACKENDS = [nodeBackend, nobleBackend] as const
const AEADS = ['aes-128-gcm', 'chacha20-poly1305'] as const

function aeadOf(backend: CryptoBackend, name: (typeof AEADS)[number]): Aead {
  return name === 'aes-128-gcm' ? backend.aes128Gcm(KEY.subarray(0, 16)) : backend.chacha20Poly1305(KEY)
}

/** The same bytes with one bit of byte `at` turned over. */
function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] as number) ^ 0x20
  return copy
}

describe.each(AEADS)('%s', (name) => {
  describe.each(BACKENDS)('under $name', (backend) => {
    const aead = aeadOf(backend, name)

    test.each(SIZES)('opens what it sealed: %d bytes', (size) => {
      const plaintext = random(size)
      for (const data of [undefined, new Uint8Array(0), DATA]) {
        const sealed = aead.seal(NONCE, plaintext, data)
        expect([sealed.ciphertext.length, sealed.tag.length]).toEqual([size, 16])
        expect(hex(aead.open(NONCE, sealed, data) ?? DATA)).toBe(hex(plaintext))
      }
    })

    test('releases nothing when a bit of anything differs', () => {
      const { ciphertext, tag } = aead.seal(NONCE, random(40), DATA)
      for (let at = 0; at < 40; at++) {
        expect(aead.open(NONCE, { ciphertext: flipped(ciphertext, at), tag }, DATA)).toBeUndefined()
      }
      for (let at = 0; at < 16; at++) {
        expect(aead.open(NONCE, { ciphertext, tag: flipped(tag, at) }, DATA)).toBeUndefined()
      }
      for (let at = 0; at < 12; at++) {
        expect(aead.open(flipped(NONCE, at), { ciphertext, tag }, DATA)).toBeUndefined()
      }
      for (const data of [undefined, flipped(DATA, 3), DATA.subarray(1)]) {
        expect(aead.open(NONCE, { ciphertext, tag }, data)).toBeUndefined()
      }
      const short = { ciphertext: ciphertext.subarray(1), tag }
      expect(aead.open(NONCE, short, DATA)).toBeUndefined()
      expect(aead.open(NONCE, { ciphertext, tag }, DATA)).toBeDefined()
    })

    test('refuses an empty piece whose tag is not its own', () => {
      const { ciphertext, tag } = aead.seal(NONCE, new Uint8Array(0))
      expect(aead.open(NONCE, { ciphertext, tag: flipped(tag, 15) })).toBeUndefined()
      expect(aead.open(NONCE, { ciphertext, tag })?.length).toBe(0)
    })

    test('leaves its inputs as they are, and its outputs to the caller', () => {
      const inputs = [KEY, NONCE, DATA, random(100)] as const
      const before = inputs.map(hex)
      const sealed = aead.seal(NONCE, inputs[3], DATA)
      const sealedBefore = hex(concat([sealed.ciphertext, sealed.tag]))
      const opened = aead.open(NONCE, sealed, DATA)
      expect(inputs.map(hex)).toEqual(before)
      expect(hex(concat([sealed.ciphertext, sealed.tag]))).toBe(sealedBefore)
      aead.seal(NONCE, random(100))
      expect(hex(opened ?? DATA)).toBe(before[3])
    })

    test('keeps no hold on the memory of its key and nonces', () => {
      const key = Uint8Array.from(KEY)
      const nonce = Uint8Array.from(NONCE)
      const copy =
        name === 'aes-128-gcm' ? backend.aes128Gcm(key.subarray(0, 16)) : backend.chacha20Poly1305(key)
      key.fill(0)
      const sealed = copy.seal(nonce, DATA)
      nonce.fill(0)
      expect(hex(aead.open(NONCE, sealed) ?? NONCE)).toBe(hex(DATA))
    })
  })

  test.each(SIZES)('is the same under both backends: %d bytes', (size) => {
    const plaintext = random(size)
    const [node, noble] = BACKENDS.map((backend) => aeadOf(backend, name)) as [Aead, Aead]
    for (const data of [undefined, DATA]) {
      const a = node.seal(NONCE, plaintext, data)
      const b = noble.seal(NONCE, plaintext, data)
      expect(hex(concat([a.ciphertext, a.tag]))).toBe(hex(concat([b.ciphertext, b.tag])))
      expect(hex(node.open(NONCE, b, data) ?? DATA)).toBe(hex(plaintext))
      expect(hex(noble.open(NONCE, a, data) ?? DATA)).toBe(hex(plaintext))
    }
  })
})

describe.each(BACKENDS)('aes-128-cfb under $name', (backend) => {
  const key = KEY.subarray(0, 16)
  const iv = KEY.subarray(16)
  const plaintext = random(75)
  const expected = hex(naive.cfb(key, iv, plaintext))

  test('runs on across any two cuts, in both directions', () => {
    for (let a = 0; a <= plaintext.length; a++) {
      for (const b of [a, (a + 1) % 76, (a + 16) % 76, (a + 37) % 76]) {
        const cuts = [0, Math.min(a, b), Math.max(a, b), plaintext.length]
        const encryptor = backend.aes128CfbEncryptor(key, iv)
        const decryptor = backend.aes128CfbDecryptor(key, iv)
        const parts = cuts.slice(1).map((to, i) => encryptor.update(plaintext.subarray(cuts[i], to)))
        expect(hex(concat(parts))).toBe(expected)
        const opened = parts.map((part) => hex(decryptor.update(part)))
        expect(opened.join('')).toBe(hex(plaintext))
      }
    }
  })

  test('leaves its inputs as they are and gives memory of its own', () => {
    const input = Uint8Array.from(plaintext)
    const vector = Uint8Array.from(iv)
    const encryptor = backend.aes128CfbEncryptor(key, vector)
    const first = encryptor.update(input)
    vector.fill(0)
    const again = hex(first)
    encryptor.update(input)
    expect([hex(input), hex(first)]).toEqual([hex(plaintext), again])
  })
})

describe.each(BACKENDS)('an AES-128 block under $name', (backend) => {
  const block = random(16)

  test('is that of FIPS 197', () => {
    const key = Uint8Array.from({ length: 16 }, (_, i) => i)
    const plain = Uint8Array.from({ length: 16 }, (_, i) => i * 0x11)
    const cipher = backend.aes128Block(key)
    expect(hex(cipher.encrypt(plain))).toBe('69c4e0d86a7b0430d8cdb78070b4c55a')
    expect(hex(cipher.decrypt(cipher.encrypt(plain)))).toBe(hex(plain))
  })

  test('depends on nothing but itself, and is not modified', () => {
    const cipher = backend.aes128Block(KEY.subarray(0, 16))
    const before = hex(block)
    const sealed = hex(cipher.encrypt(block))
    cipher.encrypt(random(16))
    expect(hex(cipher.encrypt(block))).toBe(sealed)
    expect(hex(cipher.decrypt(Buffer.from(sealed, 'hex')))).toBe(before)
    expect(hex(block)).toBe(before)
  })
})
