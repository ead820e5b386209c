/** One plain HTTP request and its answer, passed through a flow of their own. */
import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import { asFault, Fault } from '../faults/fault.js'
import { BodyMeter } from '../http-proxy/body-meter.js'
import { encodeForwarded, encodeReturned } from '../http-proxy/forward.js'
import { HeadDecoder } from '../http-proxy/head-decoder.js'
import { encodeRefusal } from '../http-proxy/refusal.js'
import type { ForwardRequest } from '../http-proxy/request.js'
import { isInterim, parseResponse, type Response } from '../http-proxy/response.js'

/** A head decoder is given this much at once, so that its bound holds however large a write is. */
const SLICE = 32 * 1024

export interface ExchangeOptions {
  /** Paused; what follows the head of the request is still in it. */
  readonly client: Connection
  readonly request: ForwardRequest
  /** Whether another request may follow, asked when the answer arrives. */
  readonly mayPersist: () => boolean
  /** The answer is over and nothing more will be passed on. Called once. */
  readonly onDone: (exchange: HttpExchange) => void
}

/**
 * The application's side of one request, as the relay sees it: reading gives the rewritten head and
 * the body, writing takes the answer. Knows where both end, so that a second request on the same
 * connection is left there for a flow of its own.
 *
 * The end of the application's side is not passed on: to a web server it would look like a hang-up, and
 * to the relay like the beginning of the end, when in truth only the answer is still missing.
 */
export class HttpExchange implements Connection {
  readonly #client: Connection
  readonly #request: ForwardRequest
  readonly #options: ExchangeOptions
  readonly #uplink: BodyMeter
  /** Bytes of the rewritten head that were not delivered yet. */
  #headLeft = 0
  #downlink: HeadDecoder | BodyMeter = new HeadDecoder()
  #handler: ConnectionHandler | undefined
  #started = false
  /** Some of the answer has been sent, so it is too late for another. */
  #answered = false
  #persist = false
  #clientEnded = false
  #clientClosed = false
  #over = false
  /** Bytes of the next request. */
  #early: Uint8Array | undefined

  constructor(options: ExchangeOptions) {
    this.#options = options
    this.#client = options.client
    this.#request = options.request
    this.#uplink = new BodyMeter(options.request.framing)
  }

  get remote(): Endpoint {
    return this.#client.remote
  }

  get local(): Endpoint {
    return this.#client.local
  }

  get unsent(): number {
    return this.#client.unsent
  }

  /** After `onDone`: whether the connection is paused before another request. */
  get reusable(): boolean {
    return this.#over && this.#persist && !this.#clientEnded && !this.#clientClosed
  }

  /** After `onDone`: whether somebody must still see to the end of the connection. */
  get lingers(): boolean {
    return this.#over && !this.reusable && !this.#clientClosed
  }

  start(handler: ConnectionHandler): void {
    this.#handler = handler
    if (this.#started) {
      this.resume()
      return
    }
    this.#started = true
    const head = encodeForwarded(this.#request)
    this.#headLeft = head.length
    this.#client.unread(head)
    this.#client.start({
      onData: (bytes, lender) => {
        this.#receive(bytes, lender)
      },
      onEnd: () => {
        this.#clientEnded = true
        if (!this.#requestDone && !this.#over) this.#fail(new Fault('WIRE_TRUNCATED'))
      },
      onDrain: () => {
        if (!this.#over) this.#handler?.onDrain()
      },
      onClose: (fault) => {
        this.#clientClosed = true
        this.#finish(fault)
      },
    })
  }

  pause(): void {
    if (!this.#over) this.#client.pause()
  }

  resume(): void {
    if (!this.#over && this.#early === undefined) this.#client.resume()
  }

  unread(): void {
    throw new Fault('INTERNAL_INVARIANT', { why: 'a request that is passed on cannot be put back' })
  }

  write(bytes: Uint8Array, lender?: Lender): boolean {
    if (this.#over) return true
    try {
      return this.#answer(bytes, lender)
    } catch (error) {
      this.#fail(new Fault('HTTP_UPSTREAM', { why: asFault(error).message, cause: error }))
      return true
    }
  }

  /** The web server has closed its side. */
  end(): void {
    if (this.#over) return
    if (this.#downlink instanceof HeadDecoder) {
      this.#fail(new Fault('HTTP_UPSTREAM', { why: 'it closed before the head of its answer was complete' }))
      return
    }
    // If it closed inside the body, ending early is how HTTP tells the application.
    this.#persist = false
    this.#finish()
  }

  abort(cause?: Fault): void {
    if (!this.#over) this.#fail(cause ?? new Fault('HTTP_UPSTREAM', { why: 'the flow was given up' }))
  }

  reset(cause?: Fault): void {
    this.abort(cause)
  }

  get #requestDone(): boolean {
    return this.#started && this.#headLeft === 0 && this.#uplink.done
  }

  #receive(bytes: Uint8Array, lender: Lender): void {
    if (this.#over) return
    let own = Math.min(this.#headLeft, bytes.length)
    this.#headLeft -= own
    try {
      own += this.#uplink.take(bytes, own)
    } catch (error) {
      this.#fail(asFault(error))
      return
    }
    if (own < bytes.length) {
      this.#early = lender.keep(bytes.subarray(own))
      this.#client.pause()
    }
    if (own > 0) this.#handler?.onData(bytes.subarray(0, own), lender)
  }

  #answer(bytes: Uint8Array, lender: Lender | undefined): boolean {
    let ready = true
    for (let at = 0; at < bytes.length && !this.#over; at += SLICE) {
      const downlink = this.#downlink
      if (downlink instanceof BodyMeter) {
        return this.#body(downlink, { bytes: bytes.subarray(at), lender }) && ready
      }
      ready = this.#heads(downlink, bytes.subarray(at, at + SLICE)) && ready
    }
    return ready || this.#over
  }

  /** Passes on the heads in `bytes`, and the beginning of the body behind the last of them. */
  #heads(first: HeadDecoder, bytes: Uint8Array): boolean {
    let decoder = first
    decoder.receive(bytes)
    for (let head = decoder.next(); head !== undefined; head = decoder.next()) {
      const rest = decoder.rest()
      const response = parseResponse(head, this.#request.method)
      this.#head(response)
      if (!isInterim(response)) {
        const meter = new BodyMeter(response.framing)
        this.#downlink = meter
        return this.#body(meter, { bytes: rest, lender: undefined })
      }
      decoder = new HeadDecoder()
      this.#downlink = decoder
      decoder.receive(rest)
    }
    return true
  }

  #head(response: Response): void {
    const { persist } = this.#request
    const delimited = response.framing.kind !== 'until-close'
    this.#persist = persist && delimited && this.#requestDone && this.#options.mayPersist()
    this.#answered = true
    this.#client.write(encodeReturned(response, this.#persist))
  }

  #body(meter: BodyMeter, { bytes, lender }: { bytes: Uint8Array; lender: Lender | undefined }): boolean {
    const own = meter.take(bytes)
    const ready = own === 0 || this.#client.write(bytes.subarray(0, own), lender)
    if (!meter.done) return ready
    this.#finish()
    return true
  }

  /** Ends an exchange that cannot be completed: with an answer if there is still time for one. */
  #fail(fault: Fault): void {
    this.#persist = false
    if (this.#answered) this.#client.reset(fault)
    else this.#client.write(encodeRefusal(fault))
    this.#finish(fault)
  }

  #finish(fault?: Fault): void {
    if (this.#over) return
    this.#over = true
    if (!this.#clientClosed) {
      this.#client.pause()
      if (this.#early !== undefined) this.#client.unread(this.#early)
    }
    this.#early = undefined
    this.#options.onDone(this)
    // Later: the relay must not hear of the end inside its own call.
    queueMicrotask(() => this.#handler?.onClose(fault))
  }
}
