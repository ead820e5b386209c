/** The ChaCha20-Poly1305 kernel against RFC 8439, and what it leaves behind. */
import { createCipheriv } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { poly1305 } from '@noble/ciphers/_poly1305.js'
import { beforeAll, describe, expect, test } from 'vitest'
import wabt from 'wabt'
import { CHACHA_KERNEL, CHACHA_KERNEL_LAYOUT as AT } from '../../../src/crypto/chacha-kernel.js'
import { ChachaRuns } from '../../../src/crypto/chacha-runs.js'
import { type KernelMemory, makeKernel } from '../../../src/crypto/wasm.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import * as naive from '../../support/naive-vmess.js'
import { hex } from '../../support/vmess-fixtures.js'

interface Kernel extends KernelMemory {
  open(units: number, chunk: number): number
  seal(units: number, chunk: number): void
}

const random = makeSeededRandom(21)
const counting = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => from + i)
const bytesOf = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

test('encrypts the text of RFC 8439 §2.4.2 as it stands there', () => {
  const text =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
  const nonce = bytesOf('00000000 0000004a 00000000')
  const { ciphertext, tag } = new ChachaRuns(counting(32)).sealOne(nonce, Buffer.from(text))
  expect(hex(ciphertext)).toBe(
    hex(
      bytesOf(`6e2e359a2568f98041ba0728dd0d6981 e97e7aec1d4360c20a27afccfd9fae0b
        f91b65c5524733ab8f593dabcd62b357 1639d624e65152ab8f530c359f0861d8
        07ca0dbf500d6a6156a38e088a22b65e 52bc514d16ccf806818ce91ab7793736
        5af90bbf74a35be6b40b8eedf2785e42 874d`),
    ),
  )
  const sealed = naive.chacha({ key: counting(32), nonce }, Buffer.from(text))
  expect(hex(tag)).toBe(hex(sealed.subarray(-16)))
})

describe('after a call', () => {
  const key = Buffer.from(random(32))
  const nonce = Buffer.from(random(12))
  const kernel = makeKernel<Kernel>(CHACHA_KERNEL)
  const memory = Buffer.from(kernel.memory.buffer)
  /** The one-time key, which is the first block of the keystream. */
  const onetime = createCipheriv('chacha20', key, Buffer.concat([Buffer.alloc(4), nonce])).update(
    Buffer.alloc(32),
  )

  function lay(piece: Uint8Array, length: number): void {
    memory.set(key, AT.key)
    memory.set(nonce, AT.nonce)
    memory.set(piece, AT.input)
    memory.writeUInt32LE(AT.input, AT.units)
    memory.writeUInt32LE(length, AT.units + 4)
  }

  const first = nonce.readUInt16BE()
  const calls = {
    seal: () => {
      lay(random(1_000), 1_000)
      kernel.seal(1, first)
    },
    open: () => {
      lay(naive.chacha({ key, nonce }, random(1_000)), 1_000)
      expect(kernel.open(1, first)).toBe(1)
    },
    'open what is forged': () => {
      lay(random(1_016), 1_000)
      expect(kernel.open(1, first)).toBe(0)
    },
  }

  test.each(Object.entries(calls))('nothing of a key is left: %s', (_, call) => {
    call()
    expect(memory.subarray(0, AT.masks).every((byte) => byte === 0)).toBe(true)
    expect(memory.subarray(AT.edge, AT.units).every((byte) => byte === 0)).toBe(true)
    for (const secret of [key, onetime]) {
      for (let at = 0; at < 32; at += 8) expect(memory.includes(secret.subarray(at, at + 8))).toBe(false)
    }
  })

  test('the memory is as large as it was', () => {
    expect(kernel.memory.buffer.byteLength).toBe(AT.pages * 65_536)
  })
})

describe('the sum of the generator', () => {
  /** Poly1305 of whole blocks, made of the pieces that the kernel is made of. */
  let sum: (key: Uint8Array, message: Uint8Array) => Uint8Array

  beforeAll(async () => {
    const script = (name: string) =>
      import(pathToFileURL(join(import.meta.dirname, '../../../scripts', name)).href)
    const { absorb, finishSum, startSum, sumLocals } = await script('poly1305-blocks.mjs')
    const layout = { onetime: 0, sum: 32, tag: 80 }
    const text = `(module (memory (export "memory") 4) (func (export "sum") (param $at i32) (param $count i32)
      ${sumLocals} ${startSum(layout)}
      (loop $more ${absorb(0).join('\n')}
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
      ${finishSum(layout)}))`
    const module = (await wabt()).parseWat('sum.wat', text, { simd: true })
    const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64')
    const kernel = makeKernel<KernelMemory & { sum(at: number, count: number): void }>(base64)
    const memory = Buffer.from(kernel.memory.buffer)
    sum = (key, message) => {
      memory.fill(0, 0, 96)
      memory.set(key)
      memory.set(message, 128)
      kernel.sum(128, message.length / 16)
      return Uint8Array.from(memory.subarray(80, 96))
    }
  })

  const FULL = 'ff'.repeat(16)
  const small = (byte: string): string => byte + '00'.repeat(15)

  /** RFC 8439 A.3, vectors 7 to 13: where the carrying of most programs goes wrong. */
  test.each([
    [small('02'), small('00'), FULL, small('03')],
    [small('02'), FULL, small('02'), small('03')],
    [small('01'), small('00'), `${FULL} f0${'ff'.repeat(15)} ${small('11')}`, small('05')],
    [small('01'), small('00'), `${FULL} fb${'fe'.repeat(15)} ${'01'.repeat(16)}`, small('00')],
    [small('02'), small('00'), `fd${'ff'.repeat(15)}`, `fa${'ff'.repeat(15)}`],
    [
      '0100000000000000 0400000000000000',
      small('00'),
      `e33594d7505e43b9 0000000000000000 3394d7505e4379cd 0100000000000000 ${small('00')} ${small('01')}`,
      '1400000000000000 5500000000000000',
    ],
    [
      '0100000000000000 0400000000000000',
      small('00'),
      `e33594d7505e43b9 0000000000000000 3394d7505e4379cd 0100000000000000 ${small('00')}`,
      small('13'),
    ],
  ])('r %s, s %s', (...vector) => {
    const [r, s, message, tag] = vector.map(bytesOf) as [Buffer, Buffer, Buffer, Buffer]
    expect(hex(sum(Buffer.concat([r, s]), message))).toBe(hex(tag))
  })

  test('does not overflow with the largest key and text, however long', () => {
    const key = Buffer.alloc(32, 0xff)
    for (const byte of [0xff, 0xfe, 0x7f]) {
      for (const length of [16, 32, 160, 4_096, 200_000]) {
        const message = Buffer.alloc(length, byte)
        expect(hex(sum(key, message))).toBe(hex(poly1305(message, key)))
      }
    }
  })

  test('is that of noble for random keys and texts, some of them extreme', () => {
    for (let round = 0; round < 2_000; round++) {
      const key = random(32)
      const message = random(16 * (1 + (round % 9)))
      if (round % 3 === 0) key.fill(0xff, 0, 16)
      if (round % 5 === 0) message.fill(0xff, 0, -8)
      if (round % 7 === 0) message.fill(0, 8)
      expect(hex(sum(key, message))).toBe(hex(poly1305(message, key)))
    }
  })
})

/**
 * Ciphertexts for which the sum, before the second half of the key is added, is a number of choice: about
 * one key in sixteen has one of 16 bytes.
 */
describe('a tag whose sum is', () => {
  const PRIME = (1n << 130n) - 5n
  const HIGH = 1n << 128n
  const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`)
  const modulo = (value: bigint): bigint => ((value % PRIME) + PRIME) % PRIME

  function power(base: bigint, exponent: bigint): bigint {
    let result = 1n
    for (let bit = exponent, square = base; bit > 0n; bit >>= 1n, square = modulo(square * square)) {
      if (bit & 1n) result = modulo(result * square)
    }
    return result
  }

  function keyAndText(goal: bigint): { key: Uint8Array; ciphertext: Uint8Array } {
    for (;;) {
      const key = random(32)
      const zeros = new Uint8Array(16)
      const keystream = createCipheriv('chacha20', key, zeros).update(zeros)
      const r = littleEndian(keystream) & 0x0ffffffc0ffffffc0ffffffc0fffffffn
      const inverse = power(r, PRIME - 2n)
      // ((text + 2^128)·r + 16·2^64 + 2^128)·r is the goal.
      const text = modulo(modulo(goal * inverse - (16n << 64n) - HIGH) * inverse) - HIGH
      if (text >= 0n && text < HIGH) {
        return { key, ciphertext: bytesOf(text.toString(16).padStart(32, '0')).reverse() }
      }
    }
  }

  const GOALS = [
    0n,
    1n,
    4n,
    5n,
    PRIME - 1n,
    PRIME - 5n,
    HIGH - 1n,
    HIGH,
    2n * HIGH,
    3n * HIGH,
    4n * HIGH - 6n,
  ]
  test.each(GOALS)('%d', (goal) => {
    const nonce = new Uint8Array(12)
    const { key, ciphertext } = keyAndText(goal)
    const keystream = createCipheriv('chacha20', key, Buffer.from('01000000'.padEnd(32, '0'), 'hex'))
    const plaintext = keystream.update(ciphertext)
    const sealed = naive.chacha({ key, nonce }, plaintext)
    expect(hex(sealed.subarray(0, 16))).toBe(hex(ciphertext))
    const { tag } = new ChachaRuns(key).sealOne(nonce, plaintext)
    expect(hex(tag)).toBe(hex(sealed.subarray(16)))
  })
})
