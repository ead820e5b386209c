import { OutgoingBytes } from './outgoing-bytes.js'
import { distance, following, isBefore } from './sequence.js'
import type { KcpTuning } from './tuning.js'

/** What the peer takes before it has said how much. */
const FIRST_REMOTE_WINDOW = 32
/** Later segments that have to be acknowledged, in as many acks, before one counts as lost. */
const FAST_RESEND = 2
/** A segment that was lost again and again is tried at longer intervals. */
const MOST_BACKOFF = 4
/** Percent of resent segments from which the control window shrinks, and up to which it grows. */
const LOSS = { shrink: 15, grow: 5 }
const LEAST_CONTROL_WINDOW = 16

/** A segment that may have to be sent again. */
export interface OutgoingSegment {
  readonly number: number
  readonly payload: Uint8Array
  sentAt: number
  dueAt: number
  transmissions: number
  skips: number
}

/** What is written and not acknowledged yet. */
export class SendWindow {
  readonly #tuning: KcpTuning
  readonly #waiting = new OutgoingBytes()
  /** Under way, by number, in the order of numbers. */
  readonly #underWay = new Map<number, OutgoingSegment>()
  #underWayBytes = 0
  #next = 0
  #remoteLimit = FIRST_REMOTE_WINDOW
  #controlWindow: number | undefined
  /** No segment is due before; what it costs to be wrong is one look too many. */
  #earliestDue = Number.POSITIVE_INFINITY
  #probeAt = Number.POSITIVE_INFINITY
  #sentSince = 0
  #resentSince = 0

  constructor(tuning: KcpTuning) {
    this.#tuning = tuning
    this.#controlWindow = tuning.controlWindow
  }

  /** Bytes written that are not acknowledged. */
  get bytes(): number {
    return this.#waiting.length + this.#underWayBytes
  }

  get isEmpty(): boolean {
    return this.bytes === 0
  }

  /** All numbers before this one are acknowledged. */
  get firstUnacknowledged(): number {
    for (const number of this.#underWay.keys()) return number
    return this.#next
  }

  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes)
  }

  /** Forgets everything: nobody will read it. */
  clear(): void {
    this.#waiting.clear()
    this.#underWay.clear()
    this.#underWayBytes = 0
  }

  /** The peer has all numbers before this one. What was never sent cannot have come: such words are ignored. */
  acknowledgeBefore(number: number): void {
    if (isBefore(this.#next, number)) return
    for (const segment of this.#underWay.values()) {
      if (!isBefore(segment.number, number)) return
      this.#remove(segment)
    }
  }

  /** Whether this number was under way. */
  acknowledge(number: number): boolean {
    const segment = this.#underWay.get(number)
    if (segment !== undefined) this.#remove(segment)
    return segment !== undefined
  }

  /** Segments before `number` that left no later than at `timestamp` were overtaken. */
  overtake(number: number, timestamp: number): void {
    for (const segment of this.#underWay.values()) {
      if (!isBefore(segment.number, number)) return
      if (segment.sentAt > timestamp) continue
      segment.skips++
      if (segment.skips >= FAST_RESEND) this.#earliestDue = 0
    }
  }

  /** The peer takes numbers before this one; it cannot take that back. */
  openTo(number: number): void {
    if (isBefore(this.#remoteLimit, number)) this.#remoteLimit = number
  }

  /** The next segment to send now, with its counts brought up to date; undefined: none. */
  nextDue(now: number, timeout: number): OutgoingSegment | undefined {
    const segment = this.#nextLost(now) ?? this.#nextFresh(now, timeout)
    if (segment === undefined) return undefined
    this.#sentSince++
    if (segment.transmissions > 0) this.#resentSince++
    segment.transmissions++
    segment.sentAt = now
    segment.skips = 0
    segment.dueAt = now + timeout * Math.min(segment.transmissions, MOST_BACKOFF)
    this.#earliestDue = Math.min(this.#earliestDue, segment.dueAt)
    return segment
  }

  /** When `nextDue` has to be asked again even if nothing happens. */
  get dueAt(): number {
    return Math.min(this.#earliestDue, this.#probeAt)
  }

  /** Fits the control window to the losses since the last call. */
  adjust(): void {
    const { controlWindow: first } = this.#tuning
    if (this.#controlWindow !== undefined && first !== undefined && this.#sentSince > 0) {
      const loss = (100 * this.#resentSince) / this.#sentSince
      if (loss >= LOSS.shrink) this.#controlWindow = Math.floor((3 * this.#controlWindow) / 4)
      else if (loss <= LOSS.grow) this.#controlWindow += Math.ceil(this.#controlWindow / 4)
      this.#controlWindow = Math.max(LEAST_CONTROL_WINDOW, Math.min(this.#controlWindow, 2 * first))
    }
    this.#sentSince = 0
    this.#resentSince = 0
  }

  #remove(segment: OutgoingSegment): void {
    this.#underWay.delete(segment.number)
    this.#underWayBytes -= segment.payload.length
  }

  #nextLost(now: number): OutgoingSegment | undefined {
    if (now < this.#earliestDue) return undefined
    let earliest = Number.POSITIVE_INFINITY
    for (const segment of this.#underWay.values()) {
      if (segment.dueAt <= now || segment.skips >= FAST_RESEND) return segment
      earliest = Math.min(earliest, segment.dueAt)
    }
    this.#earliestDue = earliest
    return undefined
  }

  #nextFresh(now: number, timeout: number): OutgoingSegment | undefined {
    if (this.#waiting.length === 0 || !this.#mayGrow(now, timeout)) return undefined
    const payload = this.#waiting.take(this.#tuning.segmentBytes)
    const segment = { number: this.#next, payload, sentAt: now, dueAt: 0, transmissions: 0, skips: 0 }
    this.#underWay.set(segment.number, segment)
    this.#underWayBytes += payload.length
    this.#next = following(this.#next)
    return segment
  }

  /** A peer whose window is shut is asked with one segment now and then: nothing else tells of its opening. */
  #mayGrow(now: number, timeout: number): boolean {
    const window = Math.min(this.#tuning.sendWindow, this.#controlWindow ?? Number.POSITIVE_INFINITY)
    if (this.#underWay.size >= window) return false
    if (distance(this.#next, this.#remoteLimit) > 0) {
      this.#probeAt = Number.POSITIVE_INFINITY
      return true
    }
    if (this.#underWay.size > 0) return false
    const due = now >= this.#probeAt
    if (due || this.#probeAt === Number.POSITIVE_INFINITY) this.#probeAt = now + timeout
    return due
  }
}
