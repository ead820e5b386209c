import { Duplex } from 'node:stream'
import { asBuffer } from '../bytes/bytes.js'
import type { Connection, ConnectionHandler, Lender } from '../contracts/connection.js'
import type { Fault } from '../faults/fault.js'

/** How long what was written has to arrive after our stream is gone. */
const FAREWELL_MS = 8_000

/**
 * A connection as one of Node's streams, for what Node can only put on streams: TLS over anything that is no
 * socket of the system. Takes the connection over.
 */
export class ConnectionDuplex extends Duplex implements ConnectionHandler {
  readonly #connection: Connection
  #whenDrained: (() => void) | undefined
  #ended = false
  #closed = false
  #farewell: NodeJS.Timeout | undefined
  /** Why the connection is gone, once it is and there is a reason. */
  fault: Fault | undefined
  /** Whether the connection is to be reset when the stream is destroyed before its end. */
  breaksOff = false

  constructor(connection: Connection) {
    super({ allowHalfOpen: true })
    this.#connection = connection
    connection.start(this)
  }

  onData(bytes: Uint8Array, lender: Lender): void {
    if (this.destroyed) return
    if (!this.push(asBuffer(lender.keep(bytes)))) this.#connection.pause()
  }

  onEnd(): void {
    if (!this.destroyed) this.push(null)
  }

  onDrain(): void {
    const tell = this.#whenDrained
    this.#whenDrained = undefined
    tell?.()
  }

  onClose(fault?: Fault): void {
    this.#closed = true
    this.fault = fault
    clearTimeout(this.#farewell)
    this.destroy(fault)
  }

  override _read(): void {
    this.#connection.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.#connection.write(chunk)) done()
    else this.#whenDrained = done
  }

  override _final(done: () => void): void {
    this.#ended = true
    this.#connection.end()
    done()
  }

  /** A stream that is over in an orderly way is gone before all it has written is with the peer. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#closed) {
      if (error === null && this.#ended) this.#lingerAndClose()
      else if (this.breaksOff) this.#connection.reset()
      else this.#connection.abort()
    }
    done(error)
  }

  #lingerAndClose(): void {
    this.#farewell = setTimeout(() => {
      this.#connection.abort()
    }, FAREWELL_MS).unref()
    this.#connection.resume()
  }
}
