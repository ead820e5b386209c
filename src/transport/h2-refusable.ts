import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import { asFault, Fault } from '../faults/fault.js'

/** One HTTP/2 stream that was asked for. */
export interface H2Attempt {
  readonly connection: Connection
  /** Whether the server has answered: it may have used what was sent. */
  readonly answered: boolean
  /** Whether the server has said that it used nothing of it, as it does when it leaves (RFC 9113 §8.7). */
  readonly refused: boolean
}

/** What is kept for another attempt; who sends more than this before the first answer is not helped. */
const MOST_KEPT = 256 * 1024
const MOST_ATTEMPTS = 4
/** Time for another attempt. */
const AGAIN_MS = 16_000

/**
 * A connection that begins anew on another session, unseen, when its stream was refused: a server that leaves,
 * as nginx does after a thousand requests, refuses those that were on their way to it. What was sent is the
 * same then, down to the auth ID, which nobody has seen yet.
 */
export class RefusableConnection implements Connection {
  readonly #open: (signal: AbortSignal) => Promise<H2Attempt>
  #current: H2Attempt
  #kept: Uint8Array[] | undefined = []
  #keptBytes = 0
  #attempts = 1
  #again: AbortController | undefined
  #handler: ConnectionHandler | undefined
  #paused = true
  #ended = false
  #wantsDrain = false

  /** `open` makes another attempt. */
  constructor(first: H2Attempt, open: (signal: AbortSignal) => Promise<H2Attempt>) {
    this.#current = first
    this.#open = open
  }

  get remote(): Endpoint {
    return this.#current.connection.remote
  }

  get local(): Endpoint {
    return this.#current.connection.local
  }

  get unsent(): number {
    return this.#again === undefined ? this.#current.connection.unsent : this.#keptBytes
  }

  start(handler: ConnectionHandler): void {
    this.#handler = handler
    this.#paused = false
    if (this.#again === undefined) this.#startCurrent()
  }

  pause(): void {
    this.#paused = true
    this.#current.connection.pause()
  }

  resume(): void {
    this.#paused = false
    if (this.#again === undefined) this.#current.connection.resume()
  }

  unread(bytes: Uint8Array): void {
    this.#current.connection.unread(bytes)
  }

  write(bytes: Uint8Array, lender?: Lender): boolean {
    if (this.#kept === undefined) return this.#current.connection.write(bytes, lender)
    if (this.#ended || bytes.length === 0) return true
    const own = lender === undefined ? bytes : lender.keep(bytes)
    this.#keep(own)
    if (this.#again === undefined) return this.#current.connection.write(own)
    this.#wantsDrain ||= this.#keptBytes >= MOST_KEPT
    return !this.#wantsDrain
  }

  end(): void {
    this.#ended = true
    if (this.#again === undefined) this.#current.connection.end()
  }

  abort(cause?: Fault): void {
    if (this.#again === undefined) this.#current.connection.abort(cause)
    else this.#again.abort(cause ?? new Fault('DIAL_ABORTED'))
  }

  reset(cause?: Fault): void {
    this.abort(cause)
  }

  #keep(bytes: Uint8Array): void {
    if (this.#again === undefined && (this.#current.answered || this.#keptBytes >= MOST_KEPT)) {
      this.#kept = undefined
      return
    }
    this.#kept?.push(bytes)
    this.#keptBytes += bytes.length
  }

  #startCurrent(): void {
    const current = this.#current
    current.connection.start({
      onData: (bytes, lender) => {
        this.#kept = undefined
        this.#handler?.onData(bytes, lender)
      },
      onEnd: () => {
        this.#handler?.onEnd()
      },
      onDrain: () => {
        this.#handler?.onDrain()
      },
      onClose: (fault) => {
        const mayTryAgain = current.refused && this.#kept !== undefined && this.#attempts < MOST_ATTEMPTS
        if (mayTryAgain) void this.#tryAgain()
        else this.#handler?.onClose(fault)
      },
    })
  }

  /** Never rejects. */
  async #tryAgain(): Promise<void> {
    this.#attempts++
    const again = new AbortController()
    this.#again = again
    const timer = setTimeout(() => {
      again.abort(new Fault('DIAL_TIMEOUT', { why: `not reached within ${AGAIN_MS / 1_000} s` }))
    }, AGAIN_MS)
    try {
      const attempt = await this.#open(again.signal)
      if (again.signal.aborted) {
        attempt.connection.abort()
        throw again.signal.reason
      }
      this.#goOn(attempt)
    } catch (error) {
      this.#kept = undefined
      this.#handler?.onClose(asFault(error))
    } finally {
      clearTimeout(timer)
    }
  }

  #goOn(attempt: H2Attempt): void {
    this.#again = undefined
    this.#current = attempt
    for (const bytes of this.#kept ?? []) attempt.connection.write(bytes)
    if (this.#ended) attempt.connection.end()
    this.#startCurrent()
    if (this.#paused) attempt.connection.pause()
    if (!this.#wantsDrain) return
    this.#wantsDrain = false
    this.#handler?.onDrain()
  }
}
