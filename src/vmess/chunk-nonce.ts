/**
 * The nonce of chunk n: `u16(n) ‖ IV[2:12]` (protocol §4.3). The counter wraps silently after 65 536
 * chunks, as in every peer.
 */
export class ChunkNonce {
  readonly #nonce: Uint8Array
  #count = 0

  /** `iv`: 16 bytes, of which 2 to 11 are used. */
  constructor(iv: Uint8Array) {
    this.#nonce = Uint8Array.from(iv.subarray(0, 12))
  }

  /** The nonce of the next chunk; the same memory every time. */
  next(): Uint8Array {
    return this.run(1)
  }

  /** The first nonce of the next `chunks` chunks; the same memory every time. */
  run(chunks: number): Uint8Array {
    this.#nonce[0] = this.#count >>> 8
    this.#nonce[1] = this.#count & 0xff
    this.#count = (this.#count + chunks) & 0xffff
    return this.#nonce
  }
}
