/**
 * One end of an mKCP connection, without sockets and timers (protocol §9.8). Whoever has them calls
 * `input` for what came and `flush` when something changed or the time is there that `flush` told.
 *
 *     open ── end(), all acknowledged ──▶ terminate, half ──┐
 *       │                                                   ├──▶ over
 *       └─── terminate of the peer, all read ───────────────┘
 *     any ── abort(), or terminate with closing ──▶ over, with a fault
 *
 * mKCP of other makes has no half-close: their `closing` and their plain `terminate` say that nothing
 * is read any more, so what we had still to say is dropped then.
 */
import { Fault } from '../faults/fault.js'
import { type ReceiveBudget, ReceiveWindow } from './receive-window.js'
import { RoundTrip } from './round-trip.js'
import {
  type AckSegment,
  type ControlSegment,
  DATA_OVERHEAD,
  type DataSegment,
  SEGMENT_OPTION,
  type Segment,
} from './segment.js'
import { SegmentBatch } from './segment-batch.js'
import { isBefore } from './sequence.js'
import { SendWindow } from './send-window.js'
import type { KcpTuning } from './tuning.js'

export interface KcpSessionOptions {
  /** The same at both ends; chosen by the client. */
  readonly conversation: number
  readonly tuning: KcpTuning
  /** Sends one packet. */
  readonly send: (segments: readonly Segment[]) => void
  /** Whether we speak first: the server accepts nothing before it has heard of a conversation. */
  readonly opens: boolean
  /** Milliseconds of any origin. */
  readonly now: number
  /** Bytes that may still be held for all that share it; unlimited if absent. */
  readonly budget?: ReceiveBudget | undefined
}

/** Data packets of one flush; the rest follows when others had their turn. */
const FLUSH_PACKETS = 32
const PING_MS = 3_000
/** v2ray gives up after the same time. */
const SILENCE_MS = 30_000
/** How long a peer may take to answer our end before it counts as gone. */
const FAREWELL_MS = 8_000
const MOST_TERMINATE_MS = 1_000
const LATE_ANSWERS = 5

type Ending = 'open' | 'ending' | 'ended'

export class KcpSession {
  readonly conversation: number
  readonly #tuning: KcpTuning
  readonly #origin: number
  readonly #batch: SegmentBatch
  readonly #sending: SendWindow
  readonly #receiving: ReceiveWindow
  readonly #roundTrip: RoundTrip
  #ending: Ending = 'open'
  #peerEnded = false
  /** The peer reads no more. */
  #deaf = false
  #over = false
  #fault: Fault | undefined
  #reset = false
  #heard = false
  #heardAt: number
  #pingAt: number
  #terminateAt = Number.POSITIVE_INFINITY
  #adjustAt: number
  #terminateEvery: number
  /** What the peer knows of our `firstUnacknowledged`. */
  #toldFirst = 0
  #lateAnswers = LATE_ANSWERS

  constructor({ conversation, tuning, send, opens, now, budget }: KcpSessionOptions) {
    this.conversation = conversation
    this.#tuning = tuning
    this.#origin = now
    this.#heardAt = now
    this.#pingAt = opens ? now : now + PING_MS
    this.#adjustAt = now + tuning.ttiMs
    this.#terminateEvery = 2 * tuning.ttiMs
    this.#batch = new SegmentBatch(tuning.segmentBytes + DATA_OVERHEAD, send)
    this.#sending = new SendWindow(tuning)
    this.#receiving = new ReceiveWindow(tuning, budget)
    this.#roundTrip = new RoundTrip(tuning.ttiMs)
  }

  /** Whether anything ever came from the peer. */
  get heard(): boolean {
    return this.#heard
  }

  /** Bytes written that the peer has not acknowledged. */
  get unsent(): number {
    return this.#sending.bytes
  }

  /** Whether a writer may go on. */
  get hasRoom(): boolean {
    return this.#sending.bytes < this.#tuning.writeBuffer
  }

  get isReadable(): boolean {
    return this.#receiving.isReadable && !this.#reset
  }

  /** The peer has ended its side, and all it had sent was read. */
  get isEnded(): boolean {
    return this.#peerEnded && !this.#receiving.isReadable
  }

  /** Nothing more happens; `flush` only repeats our last word to a peer that missed it. */
  get isOver(): boolean {
    return this.#over
  }

  /** Why it is over, unless both sides have ended. */
  get fault(): Fault | undefined {
    return this.#fault
  }

  /** Takes the bytes over. */
  push(bytes: Uint8Array): void {
    if (this.#ending === 'open' && !this.#deaf && !this.#over) this.#sending.push(bytes)
  }

  /** The next payload in order; undefined: none yet. */
  read(): Uint8Array | undefined {
    return this.#reset ? undefined : this.#receiving.read()
  }

  /** Ends our side after what was written. */
  end(): void {
    if (this.#ending === 'open') this.#ending = 'ending'
  }

  /** Ends both sides; the peer is told by the next `flush`. */
  abort(cause: Fault | undefined): void {
    if (!this.#over) this.#finish(cause, true)
  }

  /** Segments of a packet that came. Words of another conversation and lies about numbers do nothing. */
  input(segments: readonly Segment[], now: number): void {
    for (const segment of segments) {
      if (segment.conversation !== this.conversation) return
      this.#heardAt = now
      if (this.#over) this.#answerLate(segment, now)
      else {
        // A client that opens a conversation waits to hear that somebody is there.
        if (!this.#heard && segment.command === 'ping') this.#pingAt = now
        this.#heard = true
        this.#accept(segment, now)
      }
    }
  }

  /**
   * Sends what is due. Gives the milliseconds after which it wants to be called even if nothing
   * happens: 0 when there is more to send at once.
   */
  flush(now: number): number {
    if (!this.#over) this.#watch(now)
    if (this.#over) this.#flushLast(now)
    const more = !this.#over && this.#flushOpen(now)
    this.#batch.flush()
    return more ? 0 : Math.max(1, Math.ceil(this.#dueAt(now) - now))
  }

  #accept(segment: Segment, now: number): void {
    const closing = (segment.option & SEGMENT_OPTION.closing) !== 0
    switch (segment.command) {
      case 'data':
        this.#receiving.receive(segment)
        break
      case 'ack':
        this.#acceptAck(segment, now)
        break
      case 'ping':
        this.#acceptControl(segment, now)
        break
      case 'terminate':
        this.#acceptControl(segment, now)
        this.#peerTerminates(segment, closing)
        // It repeats itself until it hears our end; meanwhile it wants to know that we are there.
        if (this.#ending !== 'ended') this.#pingAt = now
        return
    }
    if (closing) this.#turnDeaf()
  }

  #acceptAck({ receivingWindow, receivingNext, timestamp, numbers }: AckSegment, now: number): void {
    this.#sending.openTo(receivingWindow)
    let newest: number | undefined
    for (const number of numbers) {
      const removed = this.#sending.acknowledge(number)
      if (removed && (newest === undefined || isBefore(newest, number))) newest = number
    }
    this.#sending.acknowledgeBefore(receivingNext)
    if (newest === undefined) return
    const sentAt = this.#origin + timestamp
    this.#sending.overtake(newest, sentAt)
    this.#roundTrip.measure(now - sentAt, now)
  }

  #acceptControl({ receivingNext, timeout }: ControlSegment, now: number): void {
    this.#sending.acknowledgeBefore(receivingNext)
    this.#roundTrip.adopt(timeout, now)
  }

  #peerTerminates({ option }: ControlSegment, closing: boolean): void {
    if (closing) {
      this.#finish(new Fault('TRANSPORT_RESET', { why: 'the peer gave the connection up' }), false)
      return
    }
    if ((option & SEGMENT_OPTION.half) === 0) this.#turnDeaf()
    this.#peerEnded = true
  }

  #turnDeaf(): void {
    this.#deaf = true
    this.#sending.clear()
  }

  /** Looks whether the time of something is over. */
  #watch(now: number): void {
    const silent = now - this.#heardAt
    if (this.#ending === 'ended' && silent >= FAREWELL_MS) this.#peerEnded = true
    if (this.#ending !== 'ended' && silent >= SILENCE_MS) {
      const why = this.#heard ? `nothing came for ${SILENCE_MS / 1000} s` : 'nothing ever came back'
      this.#finish(new Fault('TRANSPORT_KCP_SILENT', { why }), false)
    }
    if (now >= this.#adjustAt) {
      this.#sending.adjust()
      this.#adjustAt = now + this.#tuning.ttiMs
    }
  }

  #finish(fault: Fault | undefined, tellPeer: boolean): void {
    this.#over = true
    this.#fault = fault
    this.#reset = tellPeer || fault !== undefined
    this.#terminateAt = tellPeer ? 0 : Number.POSITIVE_INFINITY
    this.#sending.clear()
    this.#receiving.clear()
  }

  /** Whether there is more to send at once. */
  #flushOpen(now: number): boolean {
    for (let ack = this.#receiving.takeAck(); ack !== undefined; ack = this.#receiving.takeAck()) {
      this.#batch.add({ ...this.#common(), command: 'ack', ...ack })
    }
    const more = this.#flushData(now)
    if (this.#ending === 'ending' && this.#sending.isEmpty) {
      this.#ending = 'ended'
      this.#terminateAt = now
      // The time for an answer begins here, however long the peer was silent before.
      this.#heardAt = Math.max(this.#heardAt, now - this.#tuning.ttiMs)
    }
    if (now >= this.#terminateAt) {
      this.#control('terminate', SEGMENT_OPTION.half, now)
      this.#terminateAt = now + this.#terminateEvery
      this.#terminateEvery = Math.min(2 * this.#terminateEvery, MOST_TERMINATE_MS)
    } else if (now >= this.#pingAt) this.#control('ping', 0, now)
    if (this.#ending === 'ended' && this.isEnded) this.#finish(undefined, false)
    return more && !this.#over
  }

  #flushData(now: number): boolean {
    const first = this.#sending.firstUnacknowledged
    const timestamp = (now - this.#origin) >>> 0
    let sent = 0
    for (; sent < FLUSH_PACKETS; sent++) {
      const segment = this.#sending.nextDue(now, this.#roundTrip.timeout)
      if (segment === undefined) break
      const { number, payload } = segment
      const data: DataSegment = {
        ...this.#common(),
        command: 'data',
        timestamp,
        number,
        sendingNext: first,
        payload,
      }
      this.#batch.add(data)
    }
    if (sent > 0) this.#toldFirst = first
    // Others repeat their acks until they hear that these have arrived.
    else if (first !== this.#toldFirst) this.#pingAt = Math.min(this.#pingAt, now + this.#tuning.ttiMs)
    return sent === FLUSH_PACKETS
  }

  /** After the end: the word that a peer that still talks has missed. */
  #flushLast(now: number): void {
    if (now < this.#terminateAt) return
    this.#terminateAt = Number.POSITIVE_INFINITY
    this.#control('terminate', this.#reset ? SEGMENT_OPTION.closing : SEGMENT_OPTION.half, now)
  }

  /** Repeats our last word to a peer that talks on; not without end, since it may be over there as well. */
  #answerLate({ command }: Segment, now: number): void {
    if ((command === 'terminate') === this.#reset || this.#lateAnswers === 0) return
    this.#lateAnswers--
    this.#terminateAt = now
  }

  #control(command: ControlSegment['command'], option: number, now: number): void {
    const sendingNext = this.#sending.firstUnacknowledged
    const numbers = { sendingNext, receivingNext: this.#receiving.next, timeout: this.#roundTrip.timeout }
    this.#batch.add({ ...this.#common(), option, command, ...numbers })
    this.#toldFirst = sendingNext
    this.#pingAt = now + PING_MS
  }

  #common(): { readonly conversation: number; readonly option: number } {
    return { conversation: this.conversation, option: 0 }
  }

  #dueAt(now: number): number {
    if (this.#over) return this.#terminateAt
    const silence = this.#heardAt + (this.#ending === 'ended' ? FAREWELL_MS : SILENCE_MS)
    const work = this.#sending.isEmpty ? Number.POSITIVE_INFINITY : this.#sending.dueAt
    return Math.max(now, Math.min(silence, work, this.#pingAt, this.#terminateAt))
  }
}
