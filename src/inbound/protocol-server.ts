import { formatHostPort } from '../address/destination.js'
import type { ConnectionServer, Inbound } from '../contracts/inbound.js'
import type { AccountCheck } from '../account/accounts.js'
import type { Endpoint } from '../contracts/connection.js'
import type { FlowFacts } from '../contracts/flow.js'
import type { InboundSurroundings } from '../contracts/inbound.js'
import type { Fault } from '../faults/fault.js'

/** Serves the connections of one protocol, whoever accepted them. */
export interface ProtocolServer {
  readonly serve: ConnectionServer
  /** Ends what no flow keeps: connections between two requests, associations that carry nothing. */
  close(): void
}

/** What the servers of local applications have in common. */
export interface ServerOptions {
  readonly tag: string
  readonly protocol: string
  /** Absent: everyone may come in. */
  readonly check?: AccountCheck | undefined
  readonly level: number
  readonly surroundings: InboundSurroundings
}

export type FactsOf = Pick<FlowFacts, 'network' | 'destination' | 'source' | 'onePeer' | 'entrance'> & {
  readonly user: string
}

/** The facts of one flow of a server. */
export function makeFacts({ tag, protocol, level }: ServerOptions, facts: FactsOf): FlowFacts {
  const { network, destination, source, onePeer, entrance, user: email } = facts
  return {
    network,
    destination,
    inboundTag: tag,
    inboundProtocol: protocol,
    source,
    email,
    level,
    onePeer,
    entrance,
  }
}

/** Says in the log why an application was sent away. */
export function logRefusal(
  { tag, protocol, surroundings }: ServerOptions,
  source: Endpoint,
  fault: Fault,
): void {
  const { address, port } = source
  const fields = { inbound: tag || protocol, source: formatHostPort(address, port), code: fault.code }
  if (fault.blame === 'bug') surroundings.logger.error(fault.message, fields)
  else surroundings.logger.info(fault.message, fields)
}

/** An inbound that ends its server's idle connections when it closes. */
export function joinServer(acceptor: Inbound, server: Pick<ProtocolServer, 'close'>): Inbound {
  return {
    tag: acceptor.tag,
    protocol: acceptor.protocol,
    get listeners() {
      return acceptor.listeners
    },
    start: () => acceptor.start(),
    close: () => {
      server.close()
      return acceptor.close()
    },
  }
}
