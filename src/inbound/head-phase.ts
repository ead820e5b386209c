/** A connection from its accept until its flow runs: reading the head, dialling, saying no. */
import type { Connection, ConnectionHandler, Lender } from '../contracts/connection.js'
import type { OpenedFlow } from '../contracts/dispatcher.js'
import { concat } from '../bytes/bytes.js'
import { asFault, Fault } from '../faults/fault.js'
import type { Ticker } from '../ports/ports.js'

/** A decoder of heads: bytes in, events out, and the bytes that came behind. */
export interface HeadSession<Event> {
  receive(bytes: Uint8Array): void
  next(): Event | undefined
  finish(): void
  rest(): Uint8Array
}

export interface ReadOptions<Event, Result> {
  readonly session: HeadSession<Event>
  /** Deals with one event; anything but undefined ends the reading. */
  readonly accept: (event: Event) => Result | undefined
}

/** A session is given this much at once, so that its bound holds however large a read is. */
const SLICE = 32 * 1024
/** How long a peer that has everything may take to end its side, and how often that for one that has not. */
const FAREWELL_MS = 2_000
const FAREWELL_BEATS = 150

interface Step {
  readonly onData: (bytes: Uint8Array, lender: Lender) => void
  readonly onEnd: () => void
  readonly onClose: (fault: Fault | undefined) => void
}

/** Drops what comes and waits for the end. */
const IDLE_STEP: Step = { onData: () => undefined, onEnd: () => undefined, onClose: () => undefined }

/**
 * The one handler of a connection before its flow runs. Being one, it knows at any moment whether the
 * peer is gone, which a fresh handler would not be told again.
 */
export class HeadPhase {
  readonly #connection: Connection
  readonly #onClose: () => void
  readonly #handler: ConnectionHandler
  #step: Step = IDLE_STEP
  #closed = false
  #dialled = false

  /** @param onClose called once when the connection is gone, in whatever step */
  constructor(connection: Connection, onClose: () => void) {
    this.#connection = connection
    this.#onClose = onClose
    this.#handler = {
      onData: (bytes, lender) => {
        this.#step.onData(bytes, lender)
      },
      onEnd: () => {
        this.#step.onEnd()
      },
      onDrain: () => undefined,
      onClose: (fault) => {
        this.#closed = true
        this.#step.onClose(fault)
        this.#onClose()
      },
    }
  }

  /** Whether the connection is gone; then its flow must be abandoned. */
  get closed(): boolean {
    return this.#closed
  }

  /** Whether a flow was asked for. Why it failed is then in the log already: the dispatcher says so. */
  get dialled(): boolean {
    return this.#dialled
  }

  /**
   * Reads one head. Then the connection is paused and has the bytes behind the head put back. Undefined
   * when the peer ended before a head began; rejects with the fault of the session or the connection.
   */
  read<Event, Result>({ session, accept }: ReadOptions<Event, Result>): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.#rest()
        reject(asFault(error))
      }
      const onData = (bytes: Uint8Array, lender: Lender): void => {
        try {
          for (let at = 0; at < bytes.length; at += SLICE) {
            session.receive(bytes.subarray(at, at + SLICE))
            const result = takeEvents(session, accept)
            if (result === undefined) continue
            this.#rest()
            this.#putBack([session.rest(), lender.keep(bytes.subarray(at + SLICE))])
            resolve(result)
            return
          }
        } catch (error) {
          fail(error)
        }
      }
      const onEnd = (): void => {
        try {
          session.finish()
          this.#rest()
          resolve(undefined)
        } catch (error) {
          fail(error)
        }
      }
      this.#enter({ onData, onEnd, onClose: (fault) => fail(fault ?? new Fault('WIRE_TRUNCATED')) })
    })
  }

  /**
   * Opens a flow for a peer that waits for an answer: one that goes away or ends meanwhile no longer
   * wants it, and the attempt is given up with `DIAL_ABORTED`. The first early bytes end that watch,
   * since they have to wait in the connection. With `watch` false the peer is left alone: its end may
   * be a plain half-close then.
   */
  async dial(open: (attempt: AbortController) => Promise<OpenedFlow>, watch = true): Promise<OpenedFlow> {
    const attempt = new AbortController()
    const giveUp = (): void => {
      attempt.abort(new Fault('DIAL_ABORTED', { why: 'the application went away' }))
    }
    const onData = (bytes: Uint8Array, lender: Lender): void => {
      this.#rest()
      this.#step = { ...IDLE_STEP, onClose: giveUp }
      this.#putBack([lender.keep(bytes)])
    }
    this.#dialled = true
    if (this.#closed) giveUp()
    if (watch) this.#enter({ onData, onEnd: giveUp, onClose: giveUp })
    else this.#step = { ...IDLE_STEP, onClose: giveUp }
    const opened = await open(attempt)
    this.#rest()
    if (!attempt.signal.aborted && !this.#closed) return opened
    opened.abandon()
    throw asFault(attempt.signal.reason ?? new Fault('DIAL_ABORTED'))
  }

  /**
   * Sends the last bytes, ends our side and gives the peer a moment to end its own; longer while it
   * has not taken yet what was sent before.
   */
  farewell(last: Uint8Array | undefined, ticker: Ticker): void {
    if (this.#closed) return
    let patience = FAREWELL_BEATS
    const stop = ticker(FAREWELL_MS, () => {
      patience--
      if (this.#connection.unsent > 0 && patience > 0) return
      stop()
      this.#connection.abort()
    })
    if (last !== undefined) this.#connection.write(last)
    this.#connection.end()
    this.#enter({ ...IDLE_STEP, onClose: stop })
  }

  #enter(step: Step): void {
    this.#step = step
    if (!this.#closed) this.#connection.start(this.#handler)
  }

  #rest(): void {
    this.#step = IDLE_STEP
    if (!this.#closed) this.#connection.pause()
  }

  #putBack(parts: readonly Uint8Array[]): void {
    const early = concat(parts.filter((part) => part.length > 0))
    if (early.length === 0 || this.#closed) return
    this.#connection.unread(early)
  }
}

function takeEvents<Event, Result>(
  session: HeadSession<Event>,
  accept: (event: Event) => Result | undefined,
): Result | undefined {
  for (let event = session.next(); event !== undefined; event = session.next()) {
    const result = accept(event)
    if (result !== undefined) return result
  }
  return undefined
}
