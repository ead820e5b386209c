import type { Connection } from './connection.js'
import type { PacketConnection } from './datagram.js'
import type { Flow } from './flow.js'
import type { Surroundings } from './inbound.js'
import type { Tally, Transport } from './transport.js'

/** What an outbound is given when it is made. */
export interface OutboundSurroundings extends Surroundings {
  readonly transport: Transport
  readonly tally: Tally
}

/** Where traffic leaves the engine. */
export interface Outbound {
  readonly tag: string
  readonly protocol: string
  /**
   * A connection whose far end is the flow's destination, paused. It may be lazy: a VMess outbound
   * resolves once its server is reached, since a VMess server never confirms the target.
   * Rejects with a fault of area DIAL, TRANSPORT or VMESS.
   */
  connect(flow: Flow, signal: AbortSignal): Promise<Connection>
  /** A way to send datagrams for one source to any destination. */
  associate(flow: Flow, signal: AbortSignal): Promise<PacketConnection>
  /** Releases what is shared between flows. Safe to call twice. */
  close(): Promise<void>
}
