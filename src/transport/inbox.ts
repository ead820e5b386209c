import type { Connection, ConnectionHandler, Lender } from '../contracts/connection.js'
import type { Fault } from '../faults/fault.js'
import { deliver } from './delivery.js'

/** Lends memory that is the borrower's anyway. */
export const ownLender: Lender = { keep: (bytes) => bytes }

/**
 * The reading side of a connection that wraps another: delivers in order, what was put back in front, and
 * holds what comes while its reader is paused. That is at most one read of the connection below, which
 * is paused along with it.
 */
export class Inbox {
  readonly #source: Pick<Connection, 'pause' | 'resume'>
  readonly #onEndTold: () => void
  #handler: ConnectionHandler | undefined
  #paused = true
  #held: Uint8Array[] | undefined
  #end: 'none' | 'held' | 'told' = 'none'
  #closed: { readonly fault: Fault | undefined } | undefined
  #closeTold = false

  /** `onEndTold` is called after the reader was told of the end. */
  constructor(source: Pick<Connection, 'pause' | 'resume'>, onEndTold: () => void) {
    this.#source = source
    this.#onEndTold = onEndTold
  }

  get paused(): boolean {
    return this.#paused
  }

  start(handler: ConnectionHandler): void {
    if (handler !== this.#handler) this.#closeTold = false
    this.#handler = handler
    if (this.#closed === undefined) this.resume()
    else queueMicrotask(() => this.#tellClose())
  }

  pause(): void {
    this.#paused = true
    this.#source.pause()
  }

  resume(): void {
    this.#paused = false
    if (this.#held === undefined && this.#end !== 'held') this.#source.resume()
    else queueMicrotask(() => this.#catchUp())
  }

  /** Puts bytes in front. Takes them over. */
  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#held = [bytes, ...(this.#held ?? [])]
  }

  data(bytes: Uint8Array, lender: Lender): void {
    if (!this.#paused && this.#held === undefined) this.#handler?.onData(bytes, lender)
    else {
      this.#held ??= []
      this.#held.push(lender.keep(bytes))
    }
  }

  /** Nothing more will come. */
  end(): void {
    if (this.#end !== 'none') return
    this.#end = 'held'
    this.#tellEnd()
  }

  drained(): void {
    this.#handler?.onDrain()
  }

  /** Both sides are gone. What was held is of no use to anyone. */
  close(fault: Fault | undefined): void {
    this.#closed ??= { fault }
    this.#held = undefined
    this.#tellClose()
  }

  #catchUp(): void {
    while (!this.#paused && this.#closed === undefined && this.#held !== undefined) {
      const piece = this.#held.shift()
      if (piece === undefined) this.#held = undefined
      else deliver(() => this.#handler?.onData(piece, ownLender))
    }
    if (this.#paused || this.#closed !== undefined) return
    this.#tellEnd()
    this.#source.resume()
  }

  #tellEnd(): void {
    const free = !this.#paused && this.#held === undefined && this.#closed === undefined
    if (this.#end !== 'held' || !free || this.#handler === undefined) return
    this.#end = 'told'
    deliver(() => this.#handler?.onEnd())
    this.#onEndTold()
  }

  #tellClose(): void {
    if (this.#closed === undefined || this.#closeTold || this.#handler === undefined) return
    this.#closeTold = true
    this.#handler.onClose(this.#closed.fault)
  }
}
