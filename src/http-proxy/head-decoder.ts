import { ByteQueue } from '../bytes/byte-queue.js'
import { asFault, Fault } from '../faults/fault.js'
import { type Head, isToken, parseHead } from './head.js'

/** The longest head, from the start line to the empty line. */
export const HEAD_LIMIT = 64 * 1024
/** One read may follow a head that lacks its last byte. */
const READ_LIMIT = 64 * 1024

const CR = 0x0d
const LF = 0x0a

/**
 * Bytes in, one head out; `rest()` then gives what followed it. Empty lines before the start line are
 * skipped, as RFC 9112 §2.2 asks. A head over the limit is `HTTP_HEAD_SIZE`; a fault is repeated ever after.
 */
export class HeadDecoder {
  readonly #limit: number
  readonly #queue: ByteQueue
  /** Bytes at the front that were searched already. */
  #searched = 0
  #done = false
  #fault: Fault | undefined

  /** `limit`: the longest head that is taken, in bytes. */
  constructor({ limit = HEAD_LIMIT }: { readonly limit?: number } = {}) {
    this.#limit = limit
    this.#queue = new ByteQueue(limit + READ_LIMIT, 'HTTP head')
  }

  /** Whether nothing of a head has come yet. */
  get isEmpty(): boolean {
    return this.#queue.length === 0
  }

  receive(bytes: Uint8Array): void {
    this.#guard(() => {
      this.#queue.append(bytes)
    })
  }

  /** Undefined: more bytes are needed, or the head was given already. Throws a fault of area HTTP. */
  next(): Head | undefined {
    return this.#guard(() => this.#step())
  }

  /** The peer is done; throws `WIRE_TRUNCATED` when that is inside a head. */
  finish(): void {
    this.#guard(() => {
      if (this.#done || this.isEmpty) return
      throw new Fault('WIRE_TRUNCATED', { why: `the HTTP head ended after ${this.#queue.length} bytes` })
    })
  }

  rest(): Uint8Array {
    return this.#queue.drain()
  }

  #step(): Head | undefined {
    if (this.#done) return undefined
    this.#skipEmptyLines()
    this.#checkFirst()
    const end = this.#findEnd()
    if ((end ?? this.#queue.length) > this.#limit) {
      throw new Fault('HTTP_HEAD_SIZE', { why: `it exceeds ${this.#limit} bytes` })
    }
    const unit = end === undefined ? undefined : this.#queue.take(end)
    if (unit === undefined) return undefined
    this.#done = true
    return parseHead(unit)
  }

  #skipEmptyLines(): void {
    const held = this.#queue.peek()
    let end = 0
    while (held[end] === CR && held[end + 1] === LF) end += 2
    if (end === 0) return
    this.#queue.take(end)
    this.#searched = 0
  }

  /** Other protocols are told apart at once, rather than when their bytes happen to contain a line. */
  #checkFirst(): void {
    const [first] = this.#queue.peek()
    if (first === undefined || first === CR || isToken(String.fromCharCode(first))) return
    throw new Fault('HTTP_HEAD', { why: `the first byte is ${first}` })
  }

  /** The length of the head with its empty line. Throws at once for a line that does not end in CR LF. */
  #findEnd(): number | undefined {
    const held = this.#queue.peek()
    for (let at = held.indexOf(LF, this.#searched); at >= 0; at = held.indexOf(LF, at + 1)) {
      if (held[at - 1] !== CR) throw new Fault('HTTP_HEAD', { why: 'a line ends without a carriage return' })
      if (held[at - 2] === LF) return at + 1
    }
    this.#searched = held.length
    return undefined
  }

  #guard<T>(action: () => T): T {
    if (this.#fault !== undefined) throw this.#fault
    try {
      return action()
    } catch (error) {
      this.#fault = asFault(error)
      throw this.#fault
    }
  }
}
