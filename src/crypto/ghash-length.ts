const WORDS = 4
/** Bits that a length in bits may have: runs end at 128 KiB. */
const LENGTH_BITS = 20
/** The bit of least weight in the first half of a block: there the length of the associated data ends. */
const LAST_BIT = 63
const POLYNOMIAL = 0xe1000000

/**
 * What a GCM tag is when the GHASH of the associated data is zero and there is no plaintext: the block of
 * lengths times H, XOR the tag's keystream. The length is small, so twenty multiples of H are enough.
 */
export class GhashLength {
  /** H·x^j for the bits of a length, the least first, four words each. */
  readonly #multiples = new Uint32Array(LENGTH_BITS * WORDS)
  readonly #keystream: Uint8Array

  /** `hash`: H, the block of zeros encrypted; `keystream`: the first counter block encrypted. 16 bytes each. */
  constructor(hash: Uint8Array, keystream: Uint8Array) {
    this.#keystream = keystream
    const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength)
    let [a, b, c, d] = [0, 4, 8, 12].map((at) => view.getUint32(at)) as [number, number, number, number]
    for (let bit = 0; bit <= LAST_BIT; bit++) {
      const row = LAST_BIT - bit
      if (row < LENGTH_BITS) this.#multiples.set([a, b, c, d], row * WORDS)
      // Times x: one bit to the right, and the polynomial where a bit fell out.
      const fell = (d & 1) === 1
      d = (d >>> 1) | (c << 31)
      c = (c >>> 1) | (b << 31)
      b = (b >>> 1) | (a << 31)
      a = fell ? (a >>> 1) ^ POLYNOMIAL : a >>> 1
    }
  }

  /** The tag for so many bytes of associated data, fewer than 128 KiB. */
  tagOfZero(bytes: number): Uint8Array {
    const tag = Uint8Array.from(this.#keystream)
    for (let row = 0, bits = bytes * 8; bits > 0; row++, bits >>>= 1) {
      if ((bits & 1) === 0) continue
      for (let word = 0; word < WORDS; word++) {
        const value = this.#multiples[row * WORDS + word] as number
        for (let byte = 0; byte < 4; byte++) {
          const at = word * 4 + byte
          tag[at] = (tag[at] as number) ^ (value >>> (24 - 8 * byte))
        }
      }
    }
    return tag
  }
}
