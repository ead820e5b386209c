import type { Connection } from './connection.js'
import type { DatagramTransport } from './datagram.js'
import type { Dispatcher } from './dispatcher.js'
import type { Logger } from './logger.js'
import type { PolicyTable } from './policy.js'
import type { Clock, MonotonicClock, Random, Ticker } from '../ports/ports.js'
import type { Listener, Tally, Transport } from './transport.js'

/** What every inbound and outbound is given. */
export interface Surroundings {
  readonly clock: Clock
  /** What ages replay memories; the system's when left out. */
  readonly monotonic?: MonotonicClock
  readonly random: Random
  readonly logger: Logger
  readonly policy: PolicyTable
  /** Where UDP sockets come from. */
  readonly datagrams: DatagramTransport
  /** Drives coarse deadlines; the system's own when absent. */
  readonly ticker?: Ticker
}

/** What an inbound is given when it starts. */
export interface InboundSurroundings extends Surroundings {
  readonly dispatcher: Dispatcher
  readonly transport: Transport
  readonly tally: Tally
}

/** Where traffic enters the engine. */
export interface Inbound {
  readonly tag: string
  readonly protocol: string
  /** Opens its listeners. Rejects with `TRANSPORT_LISTEN`, and then nothing stays open. */
  start(): Promise<void>
  /** Where it listens, after `start`. */
  readonly listeners: readonly Listener[]
  /** Stops listening. Connections whose flow is running stay; those still in their head are ended. */
  close(): Promise<void>
}

/**
 * Serves one accepted connection; what the mixed inbound picks among. Never throws.
 *
 * `headOver` must be called once the head is behind us: before the dial, which has a deadline of its own,
 * and when the connection closes earlier. Until then the acceptor holds the connection to the handshake
 * deadline and ends it when the inbound closes. Calling it again does nothing.
 */
export type ConnectionServer = (connection: Connection, headOver: () => void) => void
