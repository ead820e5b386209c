import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import type { Fault } from '../faults/fault.js'
import type { Segment } from '../kcp/segment.js'
import type { KcpSession } from '../kcp/session.js'
import { deliver } from './delivery.js'
import { READ_BYTES, readBuffer, readBufferLender } from './read-buffer.js'

/** How long a connection that is over still answers a peer that missed its last word. */
const LINGER_MS = 2_000

/** What a connection stands on. */
export interface KcpLink {
  readonly remote: Endpoint
  readonly local: Endpoint
  /** Told once, when the connection is over for its handler. */
  over(): void
  /** Told once, last: nothing will be sent any more. */
  release(): void
}

/** Milliseconds of a clock that nobody sets. */
export const monotonic = (): number => Math.floor(performance.now())

/**
 * An mKCP session as a connection. What comes and what is written is gathered and dealt with once per
 * turn of the event loop: payloads leave for the handler in large pieces, acks in few packets.
 */
export class KcpConnection implements Connection {
  readonly #session: KcpSession
  readonly #link: KcpLink
  #handler: ConnectionHandler | undefined
  #paused = true
  #unread: Uint8Array[] = []
  #wantsDrain = false
  #endTold = false
  #closeTold = false
  #aborted = false
  /** What a caller gave up for when the session was over already. */
  #cause: Fault | undefined
  #lingering: NodeJS.Timeout | undefined
  #turn: NodeJS.Immediate | undefined
  #timer: NodeJS.Timeout | undefined
  #timerAt = 0
  /** Called when the peer was heard for the first time, or the connection is over before. */
  onHeard: (() => void) | undefined

  constructor(session: KcpSession, link: KcpLink) {
    this.#session = session
    this.#link = link
    this.#wake()
  }

  get remote(): Endpoint {
    return this.#link.remote
  }

  get local(): Endpoint {
    return this.#link.local
  }

  get unsent(): number {
    return this.#session.unsent
  }

  /** Why it is over; undefined while it is not, or after an orderly end. */
  get fault(): Fault | undefined {
    return this.#session.fault
  }

  /** Segments of a packet for this conversation. */
  receive(segments: readonly Segment[]): void {
    this.#session.input(segments, monotonic())
    this.#wake()
  }

  start(handler: ConnectionHandler): void {
    this.#handler = handler
    this.resume()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#wake()
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#unread.unshift(bytes)
  }

  write(bytes: Uint8Array, lender?: Lender): boolean {
    if (this.#session.isOver) return true
    this.#session.push(lender === undefined ? bytes : lender.keep(bytes))
    this.#wake()
    if (this.#session.hasRoom) return true
    this.#wantsDrain = true
    return false
  }

  end(): void {
    this.#session.end()
    this.#wake()
  }

  abort(cause?: Fault): void {
    if (!this.#aborted && this.#session.isOver) this.#cause = cause
    this.#aborted = true
    this.#unread = []
    this.#session.abort(cause)
    this.#wake()
  }

  reset(cause?: Fault): void {
    this.abort(cause)
  }

  #wake(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined
      this.#run()
    })
  }

  #run(): void {
    if (this.onHeard !== undefined && (this.#session.heard || this.#session.isOver)) this.onHeard()
    this.#deliver()
    const now = monotonic()
    const delay = this.#session.flush(now)
    if (this.#wantsDrain && this.#session.hasRoom) {
      this.#wantsDrain = false
      this.#handler?.onDrain()
    }
    this.#tellEnd()
    this.#tellClose()
    this.#arm(delay, now)
  }

  #deliver(): void {
    while (!this.#paused && this.#handler !== undefined && this.#session.fault === undefined) {
      const back = this.#unread.shift()
      if (back !== undefined) this.#give(back, OWN_MEMORY)
      else if (this.#session.isReadable) this.#give(this.#collect(), readBufferLender)
      else return
    }
  }

  /** As many payloads as fit the shared buffer, in one piece. */
  #collect(): Uint8Array {
    let length = 0
    while (length + PAYLOAD_ROOM <= READ_BYTES) {
      const payload = this.#session.read()
      if (payload === undefined) break
      readBuffer.set(payload, length)
      length += payload.length
    }
    return readBuffer.subarray(0, length)
  }

  #give(bytes: Uint8Array, lender: Lender): void {
    if (bytes.length === 0) return
    deliver(() => {
      this.#handler?.onData(bytes, lender)
    })
  }

  #tellEnd(): void {
    if (this.#endTold || this.#paused || this.#handler === undefined) return
    if (!this.#session.isEnded || this.#unread.length > 0 || this.#session.fault !== undefined) return
    this.#endTold = true
    deliver(() => {
      this.#handler?.onEnd()
    })
  }

  /** After an orderly end the handler has heard of both ends before, unless it does not want to. */
  #tellClose(): void {
    if (!this.#session.isOver) return
    this.#linger()
    const orderly = this.#session.isEnded && this.#session.fault === undefined
    if (this.#closeTold || this.#handler === undefined) return
    if (orderly && !this.#endTold && !this.#aborted) return
    this.#closeTold = true
    this.#handler.onClose(this.#session.fault ?? this.#cause)
  }

  #linger(): void {
    if (this.#lingering !== undefined) return
    this.#link.over()
    // What was due before keeps nobody waiting.
    this.#timer?.unref()
    this.#lingering = setTimeout(() => {
      clearTimeout(this.#timer)
      this.#link.release()
    }, LINGER_MS).unref()
  }

  /** A timer that comes too early costs one look; one that is set anew for every packet costs more. */
  #arm(delay: number, now: number): void {
    if (delay === 0) this.#wake()
    if (delay === 0 || delay === Number.POSITIVE_INFINITY) return
    if (this.#timer !== undefined && this.#timerAt <= now + delay) return
    clearTimeout(this.#timer)
    this.#timerAt = now + delay
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#run()
    }, delay)
    if (this.#session.isOver) this.#timer.unref()
  }
}

/** The most payload that a segment can have (`ReceiveWindow`). */
const PAYLOAD_ROOM = 2_048
const OWN_MEMORY: Lender = { keep: (bytes) => bytes }
