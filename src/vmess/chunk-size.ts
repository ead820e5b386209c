/**
 * The size field in front of each chunk, and the padding behind it (protocol §4.4, §4.6).
 *
 *     +------------------+----------------+---------+
 *     | size             | sealed payload | padding |
 *     | 2, or 18 sealed  |      n + overhead        |
 *     +------------------+----------------+---------+
 *
 * `size` counts everything after itself. Padding length and mask come from one stream of words per
 * direction: the padding word first, the mask word second, also for the last chunk.
 */
import { SizeMask } from '../crypto/size-mask.js'
import type { Aead } from '../crypto/backend.js'
import { Fault } from '../faults/fault.js'
import { type BodyPlan, PADDING_MODULUS } from './body-plan.js'
import type { ChunkNonce } from './chunk-nonce.js'

const TAG_BYTES = 16

/** Key and nonce for sealed sizes; absent for the two-byte forms. */
export interface SizeSeal {
  readonly aead: Aead
  readonly nonce: ChunkNonce
}

export class ChunkSizes {
  /** Length of the size field. */
  readonly bytes: number
  readonly #plan: BodyPlan
  readonly #seal: SizeSeal | undefined
  readonly #iv: Uint8Array
  #words: SizeMask | undefined

  constructor(plan: BodyPlan, iv: Uint8Array, seal?: SizeSeal) {
    this.#plan = plan
    this.#iv = iv
    this.#seal = plan.size === 'sealed' ? seal : undefined
    this.bytes = plan.size === 'sealed' ? 2 + TAG_BYTES : 2
  }

  /** Draws the padding length of the next chunk. Call before `write` or `read`, once a chunk. */
  nextPadding(): number {
    return this.#plan.padding ? this.#word() % PADDING_MODULUS : 0
  }

  /** Writes the field of a chunk of `wireSize` bytes into `target` at `at`. */
  write(wireSize: number, target: Uint8Array, at: number): void {
    if (this.#seal !== undefined) {
      const plain = wireSize - TAG_BYTES
      const { aead, nonce } = this.#seal
      const { ciphertext, tag } = aead.seal(nonce.next(), Uint8Array.of(plain >>> 8, plain & 0xff))
      target.set(ciphertext, at)
      target.set(tag, at + 2)
      return
    }
    const size = this.#plan.size === 'masked' ? wireSize ^ this.#word() : wireSize
    target[at] = size >>> 8
    target[at + 1] = size
  }

  /** The `wireSize` that the field at `at` announces. Faults with `VMESS_CHUNK_TAG` when a sealed one is not authentic. */
  read(input: Uint8Array, at: number): number {
    if (this.#seal !== undefined) {
      const { aead, nonce } = this.#seal
      const field = input.subarray(at, at + this.bytes)
      const plain = aead.open(nonce.next(), { ciphertext: field.subarray(0, 2), tag: field.subarray(2) })
      if (plain === undefined) throw new Fault('VMESS_CHUNK_TAG', { why: 'the sealed size does not open' })
      // Peers add the tag with 16-bit arithmetic.
      return (word(plain, 0) + TAG_BYTES) & 0xffff
    }
    const size = word(input, at)
    return this.#plan.size === 'masked' ? size ^ this.#word() : size
  }

  #word(): number {
    this.#words ??= new SizeMask(this.#iv)
    return this.#words.next()
  }
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}
