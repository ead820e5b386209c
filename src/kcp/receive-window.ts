import { type AckSegment, ACK_NUMBERS, type DataSegment } from './segment.js'
import { following, isBefore } from './sequence.js'
import type { KcpTuning } from './tuning.js'

/** No peer puts more into a segment: packets are at most 1460 bytes. */
const PAYLOAD_LIMIT = 2_048
/** Numbers said again beside new ones, in case an earlier ack was lost. */
const REPEATED_NUMBERS = 32

export type AckFields = Pick<AckSegment, 'receivingWindow' | 'receivingNext' | 'timestamp' | 'numbers'>

/** Memory that several windows share, so that many peers together cannot hold more than this. */
export interface ReceiveBudget {
  left: number
}

/**
 * What came and was not read yet. Holds at most the window's count of segments, each of at most 2048
 * bytes, whatever the peer sends.
 */
export class ReceiveWindow {
  readonly #size: number
  readonly #held = new Map<number, Uint8Array>()
  #next = 0
  /** Came since the last ack. */
  #fresh: number[] = []
  #timestamp = 0
  /** An ack is due though nothing new is to be listed. */
  #stale = false
  /** The window that the peer was told last. */
  #announced = 0

  readonly #budget: ReceiveBudget

  constructor({ receiveWindow }: KcpTuning, budget: ReceiveBudget = { left: Number.POSITIVE_INFINITY }) {
    this.#size = receiveWindow
    this.#budget = budget
  }

  /** All numbers before this one were read. */
  get next(): number {
    return this.#next
  }

  get isReadable(): boolean {
    return this.#held.has(this.#next)
  }

  get needsAck(): boolean {
    return this.#stale || this.#fresh.length > 0
  }

  receive({ number, timestamp, payload }: DataSegment): void {
    if (payload.length > PAYLOAD_LIMIT) return
    // Outside of the window: read long ago, or too early. The peer may not know the window; tell it.
    if ((number - this.#next) >>> 0 >= this.#size) {
      this.#stale = true
      return
    }
    if (this.#fresh.length === 0 || isBefore(this.#timestamp, timestamp)) this.#timestamp = timestamp
    if (!this.#hold(number, payload)) return
    if (this.#fresh.length < this.#size) this.#fresh.push(number)
    else this.#stale = true
  }

  /** The next payload in order. */
  read(): Uint8Array | undefined {
    const payload = this.#held.get(this.#next)
    if (payload === undefined) return undefined
    this.#held.delete(this.#next)
    this.#budget.left += payload.length
    this.#next = following(this.#next)
    // A peer that may have stopped for want of room has to hear that there is some again.
    if ((this.#next + this.#size - this.#announced) >>> 0 >= this.#size / 2) this.#stale = true
    return payload
  }

  /** What the next ack says; undefined when none is needed any more. */
  takeAck(): AckFields | undefined {
    if (!this.needsAck) return undefined
    const numbers = this.#fresh.splice(0, ACK_NUMBERS)
    if (numbers.length < ACK_NUMBERS && !this.isReadable) this.#repeat(numbers)
    this.#stale = false
    this.#announced = (this.#next + this.#size) >>> 0
    return {
      receivingWindow: this.#announced,
      receivingNext: this.#next,
      timestamp: this.#timestamp,
      numbers,
    }
  }

  /** Forgets everything that was not read. */
  clear(): void {
    for (const { length } of this.#held.values()) this.#budget.left += length
    this.#held.clear()
  }

  /** Whether the payload is here now; without memory for it, the peer sends it again later. */
  #hold(number: number, payload: Uint8Array): boolean {
    if (this.#held.has(number)) return true
    if (payload.length > this.#budget.left) return false
    this.#budget.left -= payload.length
    this.#held.set(number, payload)
    return true
  }

  /** Adds some that wait for a missing one. */
  #repeat(numbers: number[]): void {
    const known = new Set(numbers)
    const most = Math.min(ACK_NUMBERS, numbers.length + REPEATED_NUMBERS)
    for (const number of this.#held.keys()) {
      if (numbers.length >= most) return
      if (!known.has(number)) numbers.push(number)
    }
  }
}
