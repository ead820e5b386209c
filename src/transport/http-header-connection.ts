import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import { concat } from '../bytes/bytes.js'
import { asFault, Fault } from '../faults/fault.js'
import { type DisguiseHead, HeadReader } from '../http-header/head-reader.js'

/** How one side of the disguise behaves (protocol §9.2). */
export interface DisguiseRole {
  /** What the peer's head is. */
  readonly expects: DisguiseHead['kind']
  /** Our head; leaves with our first bytes. */
  makeHead(): Uint8Array
  /** Throws when the peer's head is not the one that is wanted. */
  assertHead(head: DisguiseHead): void
  /** The last words to a peer that had no head of ours yet; absent: none are said. */
  refusal?(fault: Fault | undefined): Uint8Array
}

/** How long a refused peer may take to end its side after it was told. */
const FAREWELL_MS = 2_000

/**
 * A connection whose two directions each begin with an HTTP head. Once the peer's was read, reading is
 * handed over to the connection below and costs nothing more.
 */
export class HttpHeaderConnection implements Connection {
  readonly #inner: Connection
  readonly #role: DisguiseRole
  readonly #reader: HeadReader
  #headSent = false
  #headRead = false
  #started = false
  #paused = true
  #handler: ConnectionHandler | undefined
  /** Put back before the peer's head was read; comes before all that follows it. */
  #putBack: Uint8Array[] = []
  #leaving: { readonly cause: Fault | undefined } | undefined
  #closeTold = false
  #closed = false

  constructor(inner: Connection, role: DisguiseRole) {
    this.#inner = inner
    this.#role = role
    this.#reader = new HeadReader(role.expects)
  }

  get remote(): Endpoint {
    return this.#inner.remote
  }

  get local(): Endpoint {
    return this.#inner.local
  }

  get unsent(): number {
    return this.#inner.unsent
  }

  start(handler: ConnectionHandler): void {
    this.#handler = handler
    this.#paused = false
    if (this.#leaving !== undefined) {
      if (this.#closed) queueMicrotask(() => this.#tellClose())
    } else if (this.#headRead) this.#inner.start(handler)
    else if (this.#started) this.#inner.resume()
    else {
      this.#started = true
      this.#inner.start(this.#untilHead())
    }
  }

  pause(): void {
    this.#paused = true
    if (this.#leaving === undefined) this.#inner.pause()
  }

  resume(): void {
    this.#paused = false
    if (this.#leaving === undefined) this.#inner.resume()
  }

  unread(bytes: Uint8Array): void {
    if (this.#headRead) this.#inner.unread(bytes)
    else this.#putBack.unshift(bytes)
  }

  write(bytes: Uint8Array, lender?: Lender): boolean {
    if (this.#headSent) return this.#inner.write(bytes, lender)
    if (this.#leaving !== undefined) return true
    this.#headSent = true
    // In one piece: readers of the other make take apart what comes in two (protocol §9.2).
    return this.#inner.write(concat([this.#role.makeHead(), bytes]))
  }

  end(): void {
    if (this.#leaving !== undefined) return
    if (!this.#headSent) this.write(new Uint8Array(0))
    this.#inner.end()
  }

  abort(cause?: Fault): void {
    this.#giveUp(cause, () => this.#inner.abort(cause))
  }

  reset(cause?: Fault): void {
    this.#giveUp(cause, () => this.#inner.reset(cause))
  }

  #giveUp(cause: Fault | undefined, end: () => void): void {
    if (this.#leaving !== undefined || this.#closed) return
    if (this.#headSent || this.#role.refusal === undefined) end()
    else this.#leave(cause, this.#role.refusal(cause))
  }

  /** Until the peer's head is complete, and for good if it never is. */
  #untilHead(): ConnectionHandler {
    return {
      onData: (bytes, lender) => {
        this.#receive(bytes, lender)
      },
      onEnd: () => {
        if (this.#reader.isEmpty) this.#handler?.onEnd()
        else this.abort(new Fault('WIRE_TRUNCATED', { why: 'the HTTP head is not complete' }))
      },
      onDrain: () => {
        this.#handler?.onDrain()
      },
      onClose: (fault) => {
        this.#closed = true
        this.#closeTold = true
        this.#handler?.onClose(fault)
      },
    }
  }

  #receive(bytes: Uint8Array, lender: Lender): void {
    try {
      const read = this.#reader.receive(bytes)
      if (read === undefined) return
      this.#role.assertHead(read.head)
      this.#handOver(lender.keep(bytes.subarray(read.used)))
    } catch (error) {
      this.abort(asFault(error))
    }
  }

  #handOver(rest: Uint8Array): void {
    const handler = this.#handler
    if (handler === undefined) throw new Fault('INTERNAL_INVARIANT', { why: 'a head was read by nobody' })
    const paused = this.#paused
    this.#headRead = true
    this.#inner.pause()
    for (const piece of [rest, ...this.#putBack.toReversed()]) this.#inner.unread(piece)
    this.#putBack = []
    this.#inner.start(handler)
    if (paused) this.#inner.pause()
  }

  /** Says the last words, then waits a moment for the peer's end, so that it can read them. */
  #leave(cause: Fault | undefined, words: Uint8Array): void {
    this.#leaving = { cause }
    const timer = setTimeout(() => {
      this.#inner.abort(cause)
    }, FAREWELL_MS)
    timer.unref()
    this.#inner.write(words)
    this.#inner.end()
    this.#inner.start({
      onData: () => undefined,
      onEnd: () => undefined,
      onDrain: () => undefined,
      onClose: () => {
        clearTimeout(timer)
        this.#closed = true
        this.#tellClose()
      },
    })
  }

  #tellClose(): void {
    if (this.#closeTold || this.#handler === undefined) return
    this.#closeTold = true
    this.#handler.onClose(this.#leaving?.cause)
  }
}
