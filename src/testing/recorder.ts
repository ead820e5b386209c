/** A connection handler that writes down what it is told, and promises for what it has not been told yet. */
import type { Connection, ConnectionHandler, Lender } from '../contracts/connection.js'
import type { Fault } from '../faults/fault.js'

const PATIENCE_MS = 10_000

export interface RecorderOptions {
  /** Answers the peer's end with ours, as most applications do. True if absent. */
  readonly endOnEnd?: boolean
}

/** Starts the connection it is given. Bytes are copied when they come, since they are only lent. */
export class Recorder implements ConnectionHandler {
  readonly connection: Connection
  readonly chunks: Uint8Array[] = []
  received = 0
  ends = 0
  drains = 0
  closes = 0
  fault: Fault | undefined
  /** Called after each event, for what a check has to do at that moment. */
  onEvent: (() => void) | undefined
  readonly #endOnEnd: boolean
  readonly #waiting = new Set<{ readonly holds: () => boolean; readonly tell: () => void }>()

  constructor(connection: Connection, { endOnEnd = true }: RecorderOptions = {}) {
    this.connection = connection
    this.#endOnEnd = endOnEnd
    connection.start(this)
  }

  /** Everything received so far, in one piece. */
  bytes(): Uint8Array {
    const whole = new Uint8Array(this.received)
    let at = 0
    for (const chunk of this.chunks) {
      whole.set(chunk, at)
      at += chunk.length
    }
    return whole
  }

  /** Resolves when `holds`; rejects with `what` after ten seconds. */
  until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const entry = { holds, tell: resolve }
      this.#waiting.add(entry)
      const timer = setTimeout(() => {
        this.#waiting.delete(entry)
        reject(new Error(`waited in vain until ${what}: ${this.#summary()}`))
      }, PATIENCE_MS)
      entry.tell = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  untilReceived(length: number): Promise<void> {
    return this.until(`${length} bytes came`, () => this.received >= length)
  }

  untilEnd(): Promise<void> {
    return this.until('the peer ended', () => this.ends > 0)
  }

  untilClosed(): Promise<void> {
    return this.until('it was closed', () => this.closes > 0)
  }

  onData(bytes: Uint8Array, _lender: Lender): void {
    // Not `slice`, which a `Buffer` answers with a view.
    this.chunks.push(new Uint8Array(bytes))
    this.received += bytes.length
    this.#happened()
  }

  onEnd(): void {
    this.ends++
    if (this.#endOnEnd) this.connection.end()
    this.#happened()
  }

  onDrain(): void {
    this.drains++
    this.#happened()
  }

  onClose(fault?: Fault): void {
    this.closes++
    this.fault = fault
    this.#happened()
  }

  #happened(): void {
    this.onEvent?.()
    for (const entry of [...this.#waiting]) {
      if (!entry.holds()) continue
      this.#waiting.delete(entry)
      entry.tell()
    }
  }

  #summary(): string {
    const { received, ends, drains, closes, fault } = this
    return `${received} bytes, ${ends} ends, ${drains} drains, ${closes} closes, ${fault?.code ?? 'no fault'}`
  }
}
