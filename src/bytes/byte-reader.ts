import { Fault } from '../faults/fault.js'

/**
 * Reads one wire unit field by field, so that no field is found by a literal offset.
 *
 * Faults with `WIRE_SHORT` when the unit ends inside a field, and `WIRE_TRAILING` from `end()` when
 * bytes are left. `bytes(n)` returns a view; copy what must outlive the unit.
 */
export class ByteReader {
  readonly #unit: Uint8Array
  readonly #name: string
  #at = 0

  constructor(unit: Uint8Array, name: string) {
    // Not a Buffer, whose `slice` would give whoever wants a copy another view.
    this.#unit = new Uint8Array(unit.buffer, unit.byteOffset, unit.length)
    this.#name = name
  }

  get position(): number {
    return this.#at
  }

  get remaining(): number {
    return this.#unit.length - this.#at
  }

  u8(): number {
    const at = this.#advance(1)
    return this.#unit[at] as number
  }

  u16(): number {
    const at = this.#advance(2)
    return ((this.#unit[at] as number) << 8) | (this.#unit[at + 1] as number)
  }

  u32(): number {
    const high = this.u16()
    return high * 0x1_0000 + this.u16()
  }

  bytes(length: number): Uint8Array {
    const at = this.#advance(length)
    return this.#unit.subarray(at, at + length)
  }

  /** States that the unit is complete. */
  end(): void {
    if (this.remaining > 0) {
      throw new Fault('WIRE_TRAILING', { why: `${this.remaining} bytes follow the ${this.#name}` })
    }
  }

  #advance(length: number): number {
    if (this.remaining < length) {
      throw new Fault('WIRE_SHORT', {
        why: `the ${this.#name} ends at byte ${this.#unit.length}; byte ${this.#at + length} is needed`,
      })
    }
    const at = this.#at
    this.#at += length
    return at
  }
}
