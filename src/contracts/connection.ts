import type { Fault } from '../faults/fault.js'

/** One end of a connection, as logs name it. For a unix socket `address` is its path and `port` 0. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/**
 * Whoever lent bytes for the length of one call. A reader fills the same memory again and again, so
 * bytes given to `onData` are gone when the call returns, unless they are kept through their lender.
 */
export interface Lender {
  /**
   * The same bytes in memory that stays valid: the lent memory itself where the lender can part with
   * it, else a copy.
   */
  keep(bytes: Uint8Array): Uint8Array
}

/** What a connection tells its one reader. No method may throw. */
export interface ConnectionHandler {
  /** Bytes in order, never empty. The reader's for the call, to write into as well; see {@link Lender}. */
  onData(bytes: Uint8Array, lender: Lender): void
  /** The peer will send nothing more. Our writing side is still open. */
  onEnd(): void
  /** After `write` returned false: there is room again. */
  onDrain(): void
  /** Once, last of all: both sides are gone. `fault` is the first cause, absent after an orderly end. */
  onClose(fault?: Fault): void
}

/**
 * An ordered two-way byte pipe: a tcp socket, a TLS or WebSocket layer, the inside of a VMess body, a
 * stream of a mux. Layers are connections that wrap a connection.
 *
 * A new connection is paused; `start` sets its handler and begins to deliver. After `pause` returns
 * nothing arrives but the rest of the read that is being delivered.
 */
export interface Connection {
  readonly remote: Endpoint
  readonly local: Endpoint
  /**
   * Sets the handler and resumes. A later call hands the connection over to another handler, who is told
   * of a close that has happened already.
   */
  start(handler: ConnectionHandler): void
  pause(): void
  resume(): void
  /** Puts bytes back in front of what comes next. Takes them over. Only while paused. */
  unread(bytes: Uint8Array): void
  /**
   * Sends bytes. With a lender they are borrowed for the call, without one they are taken over.
   * False asks the caller to stop until `onDrain`; the bytes were accepted all the same.
   * Writes made while a read is delivered leave together when that delivery ends.
   */
  write(bytes: Uint8Array, lender?: Lender): boolean
  /**
   * Bytes accepted by `write` that `abort` would lose: held here or in a layer below, not yet with the
   * operating system. For looking at now and then; a layer adds what it holds to what is below it.
   */
  readonly unsent: number
  /** Ends our side after what was written. Reading goes on. */
  end(): void
  /** Ends both sides now. Safe to call twice; the first cause is kept. */
  abort(cause?: Fault): void
  /**
   * As `abort`, for a conversation that broke off: the peer must not take it for an end. A tcp socket whose side
   * was not ended before is reset, at the price of what the system still holds of it.
   */
  reset(cause?: Fault): void
}
