import type { Connection } from './connection.js'
import type { PacketConnection } from './datagram.js'
import type { Flow, FlowFacts } from './flow.js'

/** A flow whose outbound is open and waits to be joined to the inbound side. */
export interface OpenedFlow {
  readonly flow: Flow
  /**
   * Joins both sides: relays, meters, applies the timeouts of the user's level, keeps half-close, and
   * ends both. Resolves when both sides are gone. Never rejects.
   */
  relay(inboundSide: Connection): Promise<void>
  /** Gives the outbound back unused. */
  abandon(): void
}

/** What an inbound hands its flows to. */
export interface Dispatcher {
  /**
   * Routes the flow and opens its outbound, so that the inbound can still answer its application
   * with success or with the reason. Rejects with the outbound's fault. `attempt` is the caller's, to
   * give up with; the engine aborts it, too, when the time is over.
   */
  open(facts: FlowFacts, attempt: AbortController): Promise<OpenedFlow>
  /** Relays datagrams until either side closes or falls idle. Never rejects. */
  relayPackets(facts: FlowFacts, inboundSide: PacketConnection): Promise<void>
}
