import { Fault } from '../faults/fault.js'

/** Writes one wire unit of a length that is known beforehand; `done()` checks that it was filled. */
export class ByteWriter {
  readonly #unit: Uint8Array
  #at = 0

  constructor(length: number) {
    this.#unit = new Uint8Array(length)
  }

  u8(value: number): this {
    this.#unit[this.#advance(1)] = value
    return this
  }

  u16(value: number): this {
    const at = this.#advance(2)
    this.#unit[at] = value >>> 8
    this.#unit[at + 1] = value
    return this
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value & 0xffff)
  }

  /** Seconds or another count below 2^53, as eight bytes. */
  u64(value: number): this {
    return this.u32(Math.floor(value / 0x1_0000_0000)).u32(value >>> 0)
  }

  bytes(value: Uint8Array): this {
    this.#unit.set(value, this.#advance(value.length))
    return this
  }

  /** What was written so far, as a view. */
  written(): Uint8Array {
    return this.#unit.subarray(0, this.#at)
  }

  done(): Uint8Array {
    if (this.#at !== this.#unit.length) {
      throw new Fault('INTERNAL_INVARIANT', { why: `wrote ${this.#at} of ${this.#unit.length} bytes` })
    }
    return this.#unit
  }

  #advance(length: number): number {
    const at = this.#at
    if (at + length > this.#unit.length) {
      throw new Fault('INTERNAL_INVARIANT', { why: `byte ${at + length} of ${this.#unit.length} written` })
    }
    this.#at = at + length
    return at
  }
}
