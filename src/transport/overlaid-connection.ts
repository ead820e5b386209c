import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import type { Fault } from '../faults/fault.js'

/** What is known better above a connection than in it. */
export interface Overlay {
  readonly remote: Endpoint
  readonly local: Endpoint
  /** Why the connection closed, where it does not say itself. */
  readonly fault?: Fault | undefined
  /** Called before a reset of the connection below, which cannot tell everybody below it. */
  beforeReset?(): void
}

/** The connection below in all but what the overlay says. */
export class OverlaidConnection implements Connection {
  readonly #inner: Connection
  readonly #overlay: Overlay

  constructor(inner: Connection, overlay: Overlay) {
    this.#inner = inner
    this.#overlay = overlay
  }

  get remote(): Endpoint {
    return this.#overlay.remote
  }

  get local(): Endpoint {
    return this.#overlay.local
  }

  get unsent(): number {
    return this.#inner.unsent
  }

  start(handler: ConnectionHandler): void {
    this.#inner.start({
      onData: (bytes, lender) => {
        handler.onData(bytes, lender)
      },
      onEnd: () => {
        handler.onEnd()
      },
      onDrain: () => {
        handler.onDrain()
      },
      onClose: (fault) => {
        handler.onClose(fault ?? this.#overlay.fault)
      },
    })
  }

  pause(): void {
    this.#inner.pause()
  }

  resume(): void {
    this.#inner.resume()
  }

  unread(bytes: Uint8Array): void {
    this.#inner.unread(bytes)
  }

  write(bytes: Uint8Array, lender?: Lender): boolean {
    return this.#inner.write(bytes, lender)
  }

  end(): void {
    this.#inner.end()
  }

  abort(cause?: Fault): void {
    this.#inner.abort(cause)
  }

  reset(cause?: Fault): void {
    this.#overlay.beforeReset?.()
    this.#inner.reset(cause)
  }
}
