import { Fault } from '../faults/fault.js'

const FIRST_CAPACITY = 512

/**
 * Bytes of a head that is not complete yet, in one flat buffer. What is appended is copied, so lent
 * memory may be given. Holds at most `limit` bytes and refuses more with `WIRE_TOO_LONG` before it
 * allocates. Made for heads; payload does not pass through it.
 */
export class ByteQueue {
  readonly #limit: number
  readonly #name: string
  #buffer = new Uint8Array(0)
  #start = 0
  #end = 0

  /** @param name what is being collected, for the fault's text */
  constructor(limit: number, name: string) {
    this.#limit = limit
    this.#name = name
  }

  get length(): number {
    return this.#end - this.#start
  }

  append(bytes: Uint8Array): void {
    const needed = this.length + bytes.length
    if (needed > this.#limit) {
      throw new Fault('WIRE_TOO_LONG', { why: `the ${this.#name} exceeds ${this.#limit} bytes` })
    }
    if (this.#end + bytes.length > this.#buffer.length) this.#makeRoom(needed)
    this.#buffer.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** Everything held, as a view that is valid until the next call of `append`. */
  peek(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end)
  }

  /** The next `length` bytes as a view, or undefined while they are not all there. */
  take(length: number): Uint8Array | undefined {
    if (this.length < length) return undefined
    this.#start += length
    return this.#buffer.subarray(this.#start - length, this.#start)
  }

  /** Everything that is left; the caller owns it. */
  drain(): Uint8Array {
    const rest = this.#buffer.slice(this.#start, this.#end)
    this.#start = this.#end = 0
    this.#buffer = new Uint8Array(0)
    return rest
  }

  #makeRoom(needed: number): void {
    const held = this.peek()
    const fits = needed <= this.#buffer.length / 2
    const target = fits ? this.#buffer : new Uint8Array(Math.max(FIRST_CAPACITY, needed * 2))
    target.set(held)
    this.#end = held.length
    this.#start = 0
    this.#buffer = target
  }
}
