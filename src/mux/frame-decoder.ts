import { Fault } from '../faults/fault.js'
import { dataOf, decodeFrame, measureFrame, MOST_METADATA_BYTES, type MuxFrame } from './frame.js'

export interface ReceivedFrame {
  readonly frame: MuxFrame
  /** Empty when the frame came without data or with none. */
  readonly data: Uint8Array
  /** Whether `data` is a view of received bytes rather than memory of its own. */
  readonly borrowed: boolean
}

const NOTHING: Uint8Array = new Uint8Array(0)
/** Enough for a frame whose length is not known yet. */
const FIRST_BYTES = MOST_METADATA_BYTES + 4

/**
 * Bytes in, whole frames out (protocol §5.4). A frame that arrives in one piece is not copied; the rest
 * of one that does not is held, at most 66 051 bytes. Sticky: after a fault every call throws it.
 */
export class MuxFrameDecoder {
  #input: Uint8Array = NOTHING
  /** Memory for one frame of which `#heldBytes` are there. */
  #held: Uint8Array = NOTHING
  #heldBytes = 0
  #fault: unknown

  /** Borrows the bytes until `next` has returned undefined. */
  receive(bytes: Uint8Array): void {
    if (this.#fault !== undefined) throw this.#fault
    this.#input = bytes
  }

  /** The next frame. Undefined: needs more bytes. Throws the faults of `measureFrame` and `decodeFrame`. */
  next(): ReceivedFrame | undefined {
    if (this.#fault !== undefined) throw this.#fault
    try {
      return this.#heldBytes > 0 ? this.#complete() : this.#take()
    } catch (error) {
      this.#fault = error
      this.#input = this.#held = NOTHING
      throw error
    }
  }

  /** States that the stream ended. Faults with `WIRE_TRUNCATED` inside a frame. */
  finish(): void {
    if (this.#fault !== undefined) throw this.#fault
    if (this.#heldBytes > 0) {
      throw new Fault('WIRE_TRUNCATED', { why: `${this.#heldBytes} bytes of a mux frame` })
    }
  }

  /** A frame that is whole in the input. */
  #take(): ReceivedFrame | undefined {
    const input = this.#input
    if (input.length === 0) return undefined
    const length = measureFrame(input)
    if (input.length >= length) {
      this.#input = input.subarray(length)
      return received(input.subarray(0, length), true)
    }
    return this.#complete()
  }

  /** A frame that came in pieces: collects until it is whole. */
  #complete(): ReceivedFrame | undefined {
    for (;;) {
      const held = this.#held.subarray(0, this.#heldBytes)
      const length = measureFrame(held)
      if (held.length === length) {
        this.#held = NOTHING
        this.#heldBytes = 0
        return received(held, false)
      }
      if (this.#input.length === 0) return undefined
      this.#hold(length)
    }
  }

  /** Moves input into the held frame, up to `length` in all. */
  #hold(length: number): void {
    if (this.#held.length < length) {
      const larger = new Uint8Array(Math.max(length, FIRST_BYTES))
      larger.set(this.#held.subarray(0, this.#heldBytes))
      this.#held = larger
    }
    const part = this.#input.subarray(0, length - this.#heldBytes)
    this.#held.set(part, this.#heldBytes)
    this.#heldBytes += part.length
    this.#input = this.#input.subarray(part.length)
  }
}

function received(whole: Uint8Array, borrowed: boolean): ReceivedFrame {
  return { frame: decodeFrame(whole), data: dataOf(whole) ?? NOTHING, borrowed }
}
