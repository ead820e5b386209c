import { shake128 } from '@noble/hashes/sha3.js'

/** One squeeze of SHAKE128: drawing less costs a whole permutation all the same. */
const BLOCK_BYTES = 168

/**
 * The endless stream of 16-bit words that hides chunk sizes and picks padding lengths: SHAKE128 over
 * the body IV of one direction (protocol §4.4). Noble owns this, since Node squeezes only once.
 */
export class SizeMask {
  readonly #shake = shake128.create({})
  readonly #block = new Uint8Array(BLOCK_BYTES)
  #at = BLOCK_BYTES

  /** `iv`: the 16-byte body IV of the direction. */
  constructor(iv: Uint8Array) {
    this.#shake.update(iv)
  }

  /** The next word, 0 to 65535. */
  next(): number {
    if (this.#at === BLOCK_BYTES) {
      this.#shake.xofInto(this.#block)
      this.#at = 0
    }
    const at = this.#at
    this.#at = at + 2
    return ((this.#block[at] as number) << 8) | (this.#block[at + 1] as number)
  }
}
