import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import { concat } from '../bytes/bytes.js'
import { release } from '../bytes/release.js'
import { asFault, Fault, isFault } from '../faults/fault.js'
import type { BodyDecoder, BodyEncoder } from '../vmess/body.js'

/** A body decoder that is known only once the peer's header was read: the client's side. */
export interface BodyOpening {
  receive(bytes: Uint8Array): void
  /** The decoder and the bytes that came behind the header; undefined: needs more bytes. May throw a fault. */
  next():
    | { readonly downlink: BodyDecoder; readonly rest: Uint8Array; readonly peerMarksEnd: boolean }
    | undefined
  /** What it means that the transport ended, or broke, after so many bytes of the header. */
  cutShort(received: number, cause?: Fault): Fault
  /** The header is not genuine: takes the transport over, of which so many bytes were read. */
  refuse(inner: Connection, received: number, fault: Fault): void
}

export interface BodyParts {
  /** Precedes our first body bytes, in the same write: a request or response header. */
  readonly head: Uint8Array
  /** Milliseconds after `start` at which the head leaves even without a payload; absent: never. */
  readonly headGraceMs?: number
  readonly encoder: BodyEncoder
  /** Whether `encoder.finish` is to tell the peer of our end, so that the transport may stay open. */
  readonly marksEnd: boolean
  readonly decoder: BodyDecoder | BodyOpening
  /** Whether an end of the transport without the peer's mark is a cut; the peer's header may say so later. */
  readonly peerMarksEnd?: boolean
}

/** Lends memory that is the borrower's anyway. */
const ownLender: Lender = { keep: (bytes) => bytes }

/** Lends fresh memory: whoever keeps it has it, and what nobody kept is given back. */
class Loan implements Lender {
  #kept = false

  keep(bytes: Uint8Array): Uint8Array {
    this.#kept = true
    return bytes
  }

  end(bytes: Uint8Array): void {
    if (!this.#kept) release(bytes)
  }
}

/**
 * The plaintext inside a VMess connection, as a connection; both roles use it.
 *
 * Ending our side writes the end-of-stream chunk and leaves the transport open for the other direction,
 * as v2ray does; the transport ends when both directions have, or at once where nothing marks the end.
 */
export class BodyConnection implements Connection {
  readonly #inner: Connection
  readonly #encoder: BodyEncoder
  readonly #marksEnd: boolean
  #head: Uint8Array | undefined
  #headGraceMs: number | undefined
  #headTimer: NodeJS.Timeout | undefined
  #opening: BodyOpening | undefined
  /** Bytes that the opening was given. */
  #opened = 0
  #decoder: BodyDecoder | undefined
  #handler: ConnectionHandler | undefined
  #peerMarksEnd: boolean
  #ended = false
  #peerEnded = false
  #failed = false
  #paused = true
  /** What is delivered before anything else; while there is some, later plaintext queues up behind it. */
  #putBack: Uint8Array[] | undefined
  /** The peer's end came while there was something to deliver first, or while paused. */
  #endHeld = false

  /** `inner` is paused; bytes that came behind the peer's header were put back into it. */
  constructor(inner: Connection, parts: BodyParts) {
    this.#inner = inner
    this.#encoder = parts.encoder
    this.#marksEnd = parts.marksEnd
    this.#peerMarksEnd = parts.peerMarksEnd ?? false
    this.#head = parts.head
    this.#headGraceMs = parts.headGraceMs
    if ('cutShort' in parts.decoder) this.#opening = parts.decoder
    else this.#decoder = parts.decoder
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
    const first = this.#handler === undefined
    this.#handler = handler
    if (first) this.#startInner()
    if (this.#putBack !== undefined) this.#inner.pause()
    this.resume()
  }

  #startInner(): void {
    if (this.#head !== undefined && this.#headGraceMs !== undefined) {
      this.#headTimer = setTimeout(() => {
        this.#send([])
      }, this.#headGraceMs)
    }
    this.#inner.start({
      onData: (bytes, lender) => {
        this.#receive(bytes, lender)
      },
      onEnd: () => {
        this.#transportEnded()
      },
      onDrain: () => {
        this.#handler?.onDrain()
      },
      onClose: (fault) => {
        clearTimeout(this.#headTimer)
        this.#handler?.onClose(this.#explained(fault))
      },
    })
  }

  /** Many servers refuse a request by a reset rather than by an end. */
  #explained(fault: Fault | undefined): Fault | undefined {
    return this.#opening !== undefined && isFault(fault, 'TRANSPORT_RESET')
      ? this.#opening.cutShort(this.#opened, fault)
      : fault
  }

  pause(): void {
    this.#paused = true
    this.#inner.pause()
  }

  resume(): void {
    if (this.#failed) return
    this.#paused = false
    if (this.#putBack === undefined && !this.#endHeld) {
      this.#inner.resume()
      return
    }
    queueMicrotask(() => {
      this.#catchUp()
    })
  }

  /** Delivers what was put back and what queued up behind it, then reads on. */
  #catchUp(): void {
    while (!this.#paused && !this.#failed && this.#putBack !== undefined) {
      const piece = this.#putBack.shift()
      if (piece === undefined) this.#putBack = undefined
      else this.#handler?.onData(piece, ownLender)
    }
    if (this.#paused || this.#failed) return
    if (this.#endHeld) {
      this.#endHeld = false
      this.#peerIsDone()
    }
    this.#inner.resume()
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#putBack = [bytes, ...(this.#putBack ?? [])]
  }

  write(bytes: Uint8Array, lender?: Lender): boolean {
    if (this.#ended || this.#failed) return true
    return this.#send(this.#encoder.encode(bytes), lender)
  }

  end(): void {
    if (this.#ended || this.#failed) return
    this.#ended = true
    this.#send(this.#marksEnd ? this.#encoder.finish() : [])
    if (!this.#marksEnd || this.#peerEnded) this.#inner.end()
  }

  abort(cause?: Fault): void {
    if (this.#failed) return
    this.#fail()
    this.#inner.abort(cause)
  }

  reset(cause?: Fault): void {
    if (this.#failed) return
    const said = this.breakOff()
    this.#fail()
    if (said) this.#inner.abort(cause)
    else this.#inner.reset(cause)
  }

  /**
   * Says to the peer, before our side ends, that this is no end of the stream. False where the body has no way to
   * do so, and the transport has to. A request that nobody has seen is not sent for that.
   */
  breakOff(): boolean {
    const isUnheard = this.#head !== undefined && this.#headGraceMs !== undefined
    if (this.#ended || this.#failed || isUnheard) return this.#marksEnd
    const words = this.#encoder.breakOff()
    if (words.length === 0 && this.#head === undefined) return false
    this.#ended = true
    this.#send(words)
    if (words.length > 0) this.#inner.end()
    return words.length > 0
  }

  #fail(): void {
    this.#failed = true
    clearTimeout(this.#headTimer)
  }

  /** Everything goes out at once: the head, if it is still here, in front. */
  #send(pieces: readonly Uint8Array[], lender?: Lender): boolean {
    if (this.#head !== undefined) {
      const whole = concat([this.#head, ...pieces])
      this.#head = undefined
      clearTimeout(this.#headTimer)
      this.#headTimer = undefined
      return this.#inner.write(whole)
    }
    let ready = true
    for (const piece of pieces) {
      ready = this.#encoder.borrows ? this.#inner.write(piece, lender) : this.#writeSealed(piece)
    }
    return ready
  }

  #writeSealed(piece: Uint8Array): boolean {
    const loan = new Loan()
    const ready = this.#inner.write(piece, loan)
    loan.end(piece)
    return ready
  }

  #receive(bytes: Uint8Array, lender: Lender): void {
    if (this.#peerEnded || this.#failed) return
    try {
      if (this.#decoder !== undefined) this.#decode(this.#decoder, bytes, lender)
      else this.#open(bytes)
    } catch (error) {
      this.reset(asFault(error))
    }
  }

  #open(bytes: Uint8Array): void {
    const opened = this.#openHeader(bytes)
    if (opened === undefined) return
    this.#opening = undefined
    this.#decoder = opened.downlink
    this.#peerMarksEnd = opened.peerMarksEnd
    if (opened.rest.length > 0) this.#decode(opened.downlink, opened.rest, ownLender)
  }

  #openHeader(bytes: Uint8Array): ReturnType<BodyOpening['next']> {
    const opening = this.#opening
    this.#opened += bytes.length
    try {
      opening?.receive(bytes)
      return opening?.next()
    } catch (error) {
      const fault = asFault(error)
      this.#fail()
      opening?.refuse(this.#inner, this.#opened, fault)
      this.#handler?.onClose(fault)
      return undefined
    }
  }

  #decode(decoder: BodyDecoder, bytes: Uint8Array, lender: Lender): void {
    decoder.receive(bytes)
    for (let out = decoder.next(); out !== undefined; out = decoder.next()) {
      if (decoder.borrows) this.#deliver(out, lender)
      else {
        const loan = new Loan()
        this.#deliver(out, loan)
        loan.end(out)
      }
      if (this.#failed) return
    }
    if (decoder.ended) this.#peerIsDone()
  }

  #deliver(out: Uint8Array, lender: Lender): void {
    if (this.#putBack === undefined) this.#handler?.onData(out, lender)
    else this.#putBack.push(lender.keep(out))
  }

  #transportEnded(): void {
    if (this.#peerEnded || this.#failed) return
    try {
      if (this.#decoder === undefined && this.#opening !== undefined)
        throw this.#opening.cutShort(this.#opened)
      this.#decoder?.finish()
      if (this.#peerMarksEnd)
        throw new Fault('WIRE_TRUNCATED', { why: 'the end of the stream was not marked' })
    } catch (error) {
      this.reset(asFault(error))
      return
    }
    this.#peerIsDone()
  }

  #peerIsDone(): void {
    this.#peerEnded = true
    if (this.#putBack !== undefined || this.#paused) {
      this.#endHeld = true
      return
    }
    this.#handler?.onEnd()
    if (this.#ended) this.#inner.end()
  }
}
