/** Small pieces that are opened together open as each of them does by itself, whatever the cipher. */
import { describe, expect, test } from 'vitest'
import { type Aead, type CryptoBackend, RUN_LIMITS, type SealedRun } from '../../src/crypto/backend.js'
import { nobleBackend } from '../../src/crypto/noble-backend.js'
import { nodeBackend } from '../../src/crypto/node-backend.js'
import { makeSeededRandom } from '../../src/testing/fakes.js'
import * as naive from '../support/naive-vmess.js'
import { codeOf, concat, hex } from '../support/vmess-fixtures.js'

const random = makeSeededRandom(8)
const NONCE = random(12)
const CIPHERS = {
  'aes-128-gcm': { keys: [random(16), random(16)], seal: naive.gcm },
  'chacha20-poly1305': { keys: [random(32), random(32)], seal: naive.chacha },
} as const
type CipherName = keyof typeof CIPHERS

function aeadOf(backend: CryptoBackend, name: CipherName, key = CIPHERS[name].keys[0]): Aead {
  return name === 'aes-128-gcm' ? backend.aes128Gcm(key) : backend.chacha20Poly1305(key)
}

/** The same bytes with one bit of byte `at` turned over. */
function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] as number) ^ 0x20
  return copy
}

interface Run extends SealedRun {
  readonly plaintexts: readonly Uint8Array[]
}

/** Pieces sealed one by one, with bytes that belong to nobody before, between and behind them. */
function sealRun(
  { keys, seal }: (typeof CIPHERS)[CipherName],
  sizes: readonly number[],
  { first = 0, gap = 3, key = keys[0] } = {},
): Run {
  const nonceOf = (index: number): Uint8Array =>
    Uint8Array.of(index >>> 8, index & 0xff, ...NONCE.subarray(2))
  const plaintexts = sizes.map((size) => random(size))
  const parts: Uint8Array[] = []
  let at = 0
  const units = plaintexts.map((plaintext, i) => {
    const nonce = nonceOf((first + i) & 0xffff)
    const sealed = seal({ key, nonce }, plaintext)
    parts.push(random(gap), sealed)
    const start = at + gap
    at = start + sealed.length
    return { start, length: plaintext.length }
  })
  return { input: concat(parts), units, nonce: nonceOf(first), plaintexts }
}

test('runs are offered by node:crypto only', () => {
  for (const name of ['aes-128-gcm', 'chacha20-poly1305'] as const) {
    expect(aeadOf(nodeBackend, name).openRun).toBeDefined()
    expect(aeadOf(nobleBackend, name).openRun).toBeUndefined()
  }
})

describe.each(['aes-128-gcm', 'chacha20-poly1305'] as const)('a run of small pieces, %s', (name) => {
  const cipher = CIPHERS[name]
  const aead = aeadOf(nodeBackend, name)
  const makeRun = (sizes: readonly number[], first: number, more = {}): Run =>
    sealRun(cipher, sizes, { first, ...more })
  const open = (run: SealedRun) => {
    if (aead.openRun === undefined) throw new Error('no runs')
    return aead.openRun(run)
  }

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
    const other = aeadOf(nodeBackend, name, cipher.keys[1])
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
    const aeads = cipher.keys.map((key) => aeadOf(nodeBackend, name, key))
    const runs = cipher.keys.map((key, i) => makeRun([100, 33], i, { key }))
    for (const turn of [0, 1, 1, 0, 1, 0]) {
      const opened = aeads[turn]?.openRun?.(runs[turn] as Run)
      expect(opened?.opened).toBe(2)
      expect(hex(opened?.plaintext ?? NONCE)).toBe(hex(concat(runs[turn]?.plaintexts ?? [])))
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
