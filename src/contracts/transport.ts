import type { Fault } from '../faults/fault.js'
import type { Connection, Endpoint } from './connection.js'

/** Counts bytes; `add` is called for each read or write with the number on the wire. */
export interface Counter {
  add(bytes: number): void
}

/** Where bytes on the wire are counted, as seen from this process. */
export interface Tally {
  readonly read: Counter
  readonly written: Counter
}

/** Where to listen or to connect: an IP address or name with a port, or the path of a unix socket. */
export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }

export interface ConnectOptions {
  /** Gives up with the signal's reason; the caller sets the deadline. */
  readonly signal: AbortSignal
  readonly tally?: Tally
  /** Local IP address to connect from; a transport over a unix socket ignores it. */
  readonly localAddress?: string | undefined
}

export interface ListenOptions {
  /** Called for each new connection, paused. */
  readonly onConnection: (connection: Connection) => void
  /** A single accept failed, for instance for want of file descriptors; listening goes on. */
  readonly onFault?: (fault: Fault) => void
  readonly tally?: Tally
}

export interface Listener {
  /** Where it really listens: port 0 has become a number. */
  readonly endpoint: Endpoint
  /** Accepts no more; connections that are open stay. */
  close(): Promise<void>
}

/**
 * Carries bytes between two places. tcp is one; TLS, WebSocket, HTTP/2 and the rest are others, alone
 * or on top of one another: a layer is made from the transport below it.
 *
 * `connect` rejects with a fault of the areas DIAL or TRANSPORT; `listen` with `TRANSPORT_LISTEN`.
 */
export interface Transport {
  readonly name: string
  connect(address: Address, options: ConnectOptions): Promise<Connection>
  listen(address: Address, options: ListenOptions): Promise<Listener>
  /**
   * Lets go of what connections share, such as an HTTP/2 session that waits for its next stream.
   * Connections that are open stay. Absent where nothing is shared; safe to call twice.
   */
  close?(): void
}
