import { concat } from '../bytes/bytes.js'
import { Fault } from '../faults/fault.js'
import {
  AUTH_ID_BYTES,
  CONNECTION_NONCE_BYTES,
  MAX_SEALED_HEADER_BYTES,
  SEALED_LENGTH_BYTES,
  TAG_BYTES,
} from './constants.js'

/** The longest head there is, however it is sealed. */
const MAX_HEAD_BYTES =
  AUTH_ID_BYTES + SEALED_LENGTH_BYTES + CONNECTION_NONCE_BYTES + MAX_SEALED_HEADER_BYTES + TAG_BYTES

/**
 * Bytes of a head as they arrive, in pieces of any size. Holds one head and the read that completed it;
 * whoever adds more without looking at what is there gets `WIRE_TOO_LONG`.
 */
export class HeadBuffer {
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0

  /** Copies. */
  add(bytes: Uint8Array): void {
    if (this.length > MAX_HEAD_BYTES) {
      throw new Fault('WIRE_TOO_LONG', { why: `${this.length} bytes and still no end of the header` })
    }
    this.#bytes = this.length === 0 ? new Uint8Array(bytes) : concat([this.rest(), bytes])
    this.#at = 0
  }

  /** Bytes not taken yet. */
  get length(): number {
    return this.#bytes.length - this.#at
  }

  /** The next `length` bytes, or undefined while there are fewer. A view. */
  take(length: number): Uint8Array | undefined {
    if (this.length < length) return undefined
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  /** What was not taken. A view. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at)
  }
}
