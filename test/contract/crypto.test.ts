/** Every crypto backend keeps the same promises, and each opens what the other sealed. */
import { describe, expect, test } from 'vitest'
import { type Aead, type CryptoBackend, RUN_LIMITS, type SealedRun } from '../../src/crypto/backend.js'
import { nobleBackend } from '../../src/crypto/noble-backend.js'
import { nodeBackend } from '../../src/crypto/node-backend.js'
import { makeSeededRandom } from '../../src/testing/fakes.js'
import * as naive from '../support/naive-vmess.js'
import { codeOf, concat, hex } from '../support/vmess-fixtures.js'

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

interface Run extends SealedRun {
  readonly plaintexts: readonly Uint8Array[]
}

/** Pieces sealed one by one, with bytes that belong to nobody before, between and behind them. */
function makeRun(sizes: readonly number[], first: number, { gap = 3, key = KEY.subarray(0, 16) } = {}): Run {
  const nonceOf = (index: number): Uint8Array =>
    Uint8Array.of(index >>> 8, index & 0xff, ...NONCE.subarray(2))
  const plaintexts = sizes.map((size) => random(size))
  const parts: Uint8Array[] = []
  let at = 0
  const units = plaintexts.map((plaintext, i) => {
    const nonce = nonceOf((first + i) & 0xffff)
    const sealed = naive.gcm({ key, nonce }, plaintext)
    parts.push(random(gap), sealed)
    const start = at + gap
    at = start + sealed.length
    return { start, length: plaintext.length }
  })
  return { input: concat(parts), units, nonce: nonceOf(first), plaintexts }
}

describe('a run of small pieces', () => {
  const aead = nodeBackend.aes128Gcm(KEY.subarray(0, 16))
  const open = (run: SealedRun) => {
    if (aead.openRun === undefined) throw new Error('no runs')
    return aead.openRun(run)
  }

  test('is offered for AES-128-GCM of node:crypto only', () => {
    expect(nodeBackend.chacha20Poly1305(KEY).openRun).toBeUndefined()
    for (const name of AEADS) expect(aeadOf(nobleBackend, name).openRun).toBeUndefined()
  })

  test('opens as each piece by itself, at any length from 0 to 8192', () => {
    for (let round = 0; round < 60; round++) {
      const [count = 0, high = 0, low = 0] = random(3)
      const sizes = Array.from({ length: 1 + (count % 7) }, () => {
        const [a = 0, b = 0] = random(2)
        return ((a << 8) | b) % (round % 2 === 0 ? 70 : 8_193)
      })
      const run = makeRun(sizes, (high << 8) | low)
      const { opened, plaintext } = open(run)
      expect(opened).toBe(sizes.length)
      expect(Buffer.compare(plaintext, concat(run.plaintexts)), sizes.join(' ')).toBe(0)
    }
  })

  test.each([65_535, 65_534, 65_530, 0, 255, 256])('counts its nonces on from %d', (first) => {
    const run = makeRun([10, 20, 0, 30, 8_192, 1, 2], first)
    expect(open(run).opened).toBe(7)
    expect(hex(open(run).plaintext)).toBe(hex(concat(run.plaintexts)))
  })

  test('stops at the piece that was tampered with, whichever byte it was', () => {
    const run = makeRun([5, 16, 0, 33], 65_534, { gap: 0 })
    const ends = run.units.map(({ start, length }) => start + length + 16)
    for (let at = 0; at < run.input.length; at++) {
      const { opened, plaintext } = open({ ...run, input: flipped(run.input, at) })
      const tampered = ends.findIndex((end) => at < end)
      expect(opened, `byte ${at}`).toBe(tampered)
      expect(hex(plaintext)).toBe(hex(concat([new Uint8Array(0), ...run.plaintexts.slice(0, tampered)])))
    }
  })

  test('does not open under another key or nonce, also after one that did', () => {
    const run = makeRun([100, 100], 7)
    const other = nodeBackend.aes128Gcm(KEY.subarray(16))
    expect(open(run).opened).toBe(2)
    expect(other.openRun?.(run).opened).toBe(0)
    expect(other.openRun?.(run).plaintext.length).toBe(0)
    expect(open({ ...run, nonce: flipped(run.nonce, 1) }).opened).toBe(0)
    expect(open({ ...run, nonce: flipped(run.nonce, 11) }).opened).toBe(0)
    expect(open(run).opened).toBe(2)
  })

  test('may have its first bytes in another place', () => {
    const run = makeRun([60, 0, 20, 7], 3)
    for (const edge of [0, 1, 60, 79, 120, run.input.length]) {
      const before = Uint8Array.from(run.input.subarray(0, edge))
      const { opened, plaintext } = open({ ...run, before, input: run.input.subarray(edge) })
      expect([opened, hex(plaintext)]).toEqual([4, hex(concat(run.plaintexts))])
    }
  })

  test('keeps keys apart that take turns', () => {
    const keys = [KEY.subarray(0, 16), KEY.subarray(16)] as const
    const aeads = keys.map((key) => nodeBackend.aes128Gcm(key))
    const runs = keys.map((key, i) => makeRun([100, 33], i, { key }))
    for (const turn of [0, 1, 1, 0, 1, 0]) {
      const opened = aeads[turn]?.openRun?.(runs[turn] as Run)
      expect(opened?.opened).toBe(2)
      expect(hex(opened?.plaintext ?? KEY)).toBe(hex(concat(runs[turn]?.plaintexts ?? [])))
    }
  })

  test('leaves its input as it is, and its output to the caller', () => {
    const run = makeRun([40, 50], 9)
    const before = hex(run.input)
    const { plaintext } = open(run)
    open(makeRun([90], 1))
    expect(hex(run.input)).toBe(before)
    expect(hex(plaintext)).toBe(hex(concat(run.plaintexts)))
  })

  test('reaches its limits: 512 pieces, 64 KiB', () => {
    const { bytes, units } = RUN_LIMITS
    const many = makeRun(
      Array.from({ length: units }, (_, i) => (i * 7) % 110),
      65_000,
      { gap: 0 },
    )
    expect(open(many).opened).toBe(units)
    expect(hex(open(many).plaintext)).toBe(hex(concat(many.plaintexts)))
    const large = makeRun([...Array.from({ length: 7 }, () => 8_192), bytes - 7 * 8_208 - 16], 0, { gap: 0 })
    expect(large.input.length).toBe(bytes)
    expect(hex(open(large).plaintext)).toBe(hex(concat(large.plaintexts)))
  })

  test('refuses what exceeds them, before it writes anywhere', () => {
    const many = makeRun(
      Array.from({ length: RUN_LIMITS.units + 1 }, () => 1),
      0,
      { gap: 0 },
    )
    expect(codeOf(() => open(many))).toBe('INTERNAL_INVARIANT')
    expect(codeOf(() => open({ ...many, units: [] }))).toBe('INTERNAL_INVARIANT')
    const large = { ...makeRun([16], 0), input: new Uint8Array(RUN_LIMITS.bytes + 1) }
    expect(codeOf(() => open(large))).toBe('INTERNAL_INVARIANT')
    const two = { ...large, before: new Uint8Array(1), input: new Uint8Array(RUN_LIMITS.bytes) }
    expect(codeOf(() => open(two))).toBe('INTERNAL_INVARIANT')
  })
})
