import type { ClientHttp2Stream, ServerHttp2Stream } from 'node:http2'
import { addAbortSignal } from 'node:stream'
import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import type { Tally } from '../contracts/transport.js'
import { asFault, type Fault } from '../faults/fault.js'
import { deliver, gather } from './delivery.js'
import { h2ErrorFault, resetFault } from './h2-faults.js'
import { watchArrivals } from './h2-arrivals.js'
import { Inbox, ownLender } from './inbox.js'
import { WRITE_HIGH_WATER } from './tcp-connection.js'

/** How payload is packed into the bytes of a stream; absent where it is the bytes. */
export interface StreamFraming {
  /** The most payload in one unit. */
  readonly mostPayload: number
  encodeHead(length: number): Uint8Array
  makeDecoder(): UnitDecoder
}

export interface UnitDecoder {
  receive(bytes: Uint8Array): void
  next(): Uint8Array | undefined
  finish(): void
}

export interface H2ConnectionOptions {
  readonly remote: Endpoint
  readonly local: Endpoint
  readonly tally: Tally | undefined
  readonly framing: StreamFraming | undefined
  readonly session: StreamOwner
}

/** The session under a stream. */
export interface StreamOwner {
  /** Why it ended, when that is known. */
  readonly fault: Fault | undefined
  /** Told of the bytes of each body that come in, whether or not somebody reads them. */
  received(bytes: number): void
  /** Told of a stream that ends here before its time: what the peer has sent by then may still come. */
  abandoned(): void
}

/** `RST_STREAM` with this code says that nobody wants the stream any more. */
const CANCEL = 8
const NO_ERROR = 0
const ABORTED = AbortSignal.abort()

/**
 * One HTTP/2 stream as a connection: the bodies of request and response are the two directions.
 * `END_STREAM` ends a direction, `RST_STREAM` both.
 */
export class H2Connection implements Connection {
  readonly remote: Endpoint
  readonly local: Endpoint
  readonly #stream: ClientHttp2Stream | ServerHttp2Stream
  readonly #tally: Tally | undefined
  readonly #framing: StreamFraming | undefined
  readonly #decoder: UnitDecoder | undefined
  readonly #session: StreamOwner
  readonly #inbox: Inbox
  #gathering = false
  /** Read and not delivered yet, within one turn of the event loop. */
  #arrived: Uint8Array[] = []
  #wantsDrain = false
  /** `END_STREAM` has come. */
  #saidEnd = false
  #peerEnded = false
  #ended = false
  #closed = false
  #written = false
  #cause: Fault | undefined
  #error: Error | undefined

  constructor(stream: ClientHttp2Stream | ServerHttp2Stream, options: H2ConnectionOptions) {
    this.remote = options.remote
    this.local = options.local
    this.#stream = stream
    this.#tally = options.tally
    this.#framing = options.framing
    this.#decoder = options.framing?.makeDecoder()
    this.#session = options.session
    this.#inbox = new Inbox({ pause: () => stream.pause(), resume: () => stream.resume() }, () => undefined)
    this.#listen()
  }

  #listen(): void {
    const stream = this.#stream
    stream.pause()
    watchArrivals(stream, {
      onBytes: (count) => this.#session.received(count),
      onEndStream: () => {
        this.#saidEnd = true
      },
    })
    stream.on('data', (bytes: Buffer) => {
      // Each frame comes in a call of its own, and v2ray's hold 2 KiB. All of one read are delivered
      // together, so that what they cause leaves in one write.
      if (this.#arrived.push(bytes) === 1) setImmediate(() => this.#deliverArrived())
    })
    stream.on('end', () => {
      // Node also tells an end where a session is lost; only the peer's own counts.
      if (stream.destroyed) return
      if (!this.#saidEnd) {
        this.abort(resetFault(NO_ERROR))
        return
      }
      this.#deliverArrived()
      this.#finishReading()
    })
    stream.on('drain', () => {
      if (!this.#wantsDrain) return
      this.#wantsDrain = false
      this.#inbox.drained()
    })
    stream.on('error', (error) => {
      this.#error ??= error
    })
    stream.on('close', () => {
      this.#closed = true
      this.#inbox.close(this.#closeFault())
    })
  }

  get unsent(): number {
    return this.#stream.writableLength
  }

  /** Whether anything was sent on it: a peer that knows how to be answered. */
  get answered(): boolean {
    return this.#written
  }

  start(handler: ConnectionHandler): void {
    this.#inbox.start(handler)
  }

  pause(): void {
    this.#inbox.pause()
  }

  resume(): void {
    if (!this.#closed) this.#inbox.resume()
  }

  unread(bytes: Uint8Array): void {
    this.#inbox.unread(bytes)
  }

  write(bytes: Uint8Array, lender?: Lender): boolean {
    if (this.#ended || bytes.length === 0 || !this.#stream.writable) return true
    const kept = lender === undefined ? bytes : lender.keep(bytes)
    if (!this.#gathering && gather(this)) {
      this.#gathering = true
      this.#stream.cork()
    }
    this.#written = true
    this.#tally?.written.add(kept.length)
    this.#send(kept)
    // Node's own mark for these streams is a mere 16 KiB.
    if (this.#stream.writableLength < WRITE_HIGH_WATER) return true
    this.#wantsDrain = true
    return false
  }

  #send(bytes: Uint8Array): void {
    if (this.#framing === undefined) {
      this.#stream.write(bytes)
      return
    }
    const { mostPayload } = this.#framing
    for (let at = 0; at < bytes.length; at += mostPayload) {
      const payload = bytes.subarray(at, at + mostPayload)
      this.#stream.cork()
      this.#stream.write(this.#framing.encodeHead(payload.length))
      this.#stream.write(payload)
      this.#stream.uncork()
    }
  }

  /** For the delivery that gathers our writes. */
  flush(): void {
    this.#gathering = false
    this.#stream.uncork()
  }

  end(): void {
    if (this.#ended || this.#closed) return
    this.#ended = true
    if (this.#stream.writable) this.#stream.end()
  }

  abort(cause?: Fault): void {
    if (this.#closed || this.#stream.destroyed) return
    this.#cause ??= cause ?? resetFault(CANCEL)
    this.#session.abandoned()
    // The error of an abort makes it a RST_STREAM with CANCEL. `close(CANCEL)` ends the stream before it resets it.
    addAbortSignal(ABORTED, this.#stream)
  }

  reset(cause?: Fault): void {
    this.abort(cause)
  }

  #deliverArrived(): void {
    const arrived = this.#arrived
    if (arrived.length === 0 || this.#closed) return
    this.#arrived = []
    deliver(() => {
      for (const bytes of arrived) {
        if (this.#decoder === undefined) this.#take(bytes)
        else this.#decode(this.#decoder, bytes)
      }
    })
  }

  #decode(decoder: UnitDecoder, bytes: Uint8Array): void {
    if (this.#cause !== undefined) return
    try {
      decoder.receive(bytes)
      for (let payload = decoder.next(); payload !== undefined; payload = decoder.next()) this.#take(payload)
    } catch (error) {
      this.abort(asFault(error))
    }
  }

  #take(bytes: Uint8Array): void {
    this.#tally?.read.add(bytes.length)
    // Node allocates what streams deliver anew, so it may be kept as it is.
    this.#inbox.data(bytes, ownLender)
  }

  #finishReading(): void {
    try {
      this.#decoder?.finish()
    } catch (error) {
      this.abort(asFault(error))
      return
    }
    this.#peerEnded = true
    this.#inbox.end()
  }

  #closeFault(): Fault | undefined {
    if (this.#cause !== undefined) return this.#cause
    // A Go server resets with NO_ERROR behind its end: it has answered and reads no more.
    if (this.#peerEnded && this.#stream.rstCode === NO_ERROR) return undefined
    const { fault } = this.#session
    if (fault !== undefined) return fault
    return this.#error === undefined ? resetFault(this.#stream.rstCode) : h2ErrorFault(this.#error)
  }
}
