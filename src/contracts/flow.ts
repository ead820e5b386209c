import type { Destination } from '../address/destination.js'
import type { Endpoint } from './connection.js'

/** One proxied conversation and its facts. Read-only: completed by copying, never by writing into it. */
export interface Flow {
  /** Grows by one per flow in this process; stands in the log. */
  readonly id: number
  readonly network: 'tcp' | 'udp'
  /** For udp from SOCKS: the first datagram's destination. */
  readonly destination: Destination
  readonly inboundTag: string
  readonly inboundProtocol: string
  readonly source: Endpoint
  /** Name for counters and log; empty when the user has none. */
  readonly email: string
  /** Policy level. */
  readonly level: number
  /** All datagrams go to `destination`: answers from elsewhere are not for the application. */
  readonly onePeer?: true | undefined
  /** Where the application came in, if whatever arrives there is sent on to `destination` unasked. */
  readonly entrance?: Endpoint | undefined
}

/** What an inbound knows; the dispatcher gives the flow its id. */
export type FlowFacts = Omit<Flow, 'id'>
