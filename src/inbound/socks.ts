/** SOCKS 5, 4 and 4a for local applications (RFC 1928, RFC 1929; config §3.6). */
import { makeAccountCheck } from '../account/accounts.js'
import type { InboundConfig } from '../config/config.js'
import type { Connection } from '../contracts/connection.js'
import type { Inbound, InboundSurroundings } from '../contracts/inbound.js'
import { asFault } from '../faults/fault.js'
import { systemTicker } from '../ports/ports.js'
import { REPLY } from '../socks/constants.js'
import { replyForFault } from '../socks/reply.js'
import { type SocksEvent, type SocksRequest, SocksServerSession } from '../socks/server-session.js'
import { makeAcceptor } from './acceptor.js'
import { HeadPhase } from './head-phase.js'
import { joinServer, logRefusal, makeFacts, type ProtocolServer } from './protocol-server.js'
import { SocksAssociations, type SocksServerOptions } from './socks-associations.js'

type SocksConfig = Extract<InboundConfig, { protocol: 'socks' }>

export function makeSocksInbound(config: SocksConfig, surroundings: InboundSurroundings): Inbound {
  const { tag, protocol, listen, settings } = config
  const server = makeSocksServer(socksOptions(config, surroundings))
  const { serve } = server
  return joinServer(
    makeAcceptor({ tag, protocol, listen, surroundings, serve, level: settings.userLevel }),
    server,
  )
}

/** The server's options as a socks or mixed inbound states them. */
export function socksOptions(
  { tag, protocol, settings }: Pick<SocksConfig, 'tag' | 'settings'> & { readonly protocol: string },
  surroundings: InboundSurroundings,
): SocksServerOptions {
  const { accounts, udp, udpAddress, userLevel: level } = settings
  return { tag, protocol, check: makeAccountCheck(accounts), level, surroundings, udp, udpAddress }
}

export function makeSocksServer(options: SocksServerOptions): ProtocolServer {
  return new SocksServer(options)
}

class SocksServer implements ProtocolServer {
  readonly #options: SocksServerOptions
  readonly #associations: SocksAssociations

  constructor(options: SocksServerOptions) {
    this.#options = options
    this.#associations = new SocksAssociations(options)
  }

  readonly serve = (connection: Connection, headOver: () => void): void => {
    void this.#serve(connection, headOver)
  }

  close(): void {
    this.#associations.close()
  }

  /** Never rejects. */
  async #serve(connection: Connection, headOver: () => void): Promise<void> {
    const phase = new HeadPhase(connection, headOver)
    let request: SocksRequest | undefined
    try {
      request = await this.#readRequest(connection, phase)
      if (request === undefined) connection.end()
      else if (request.command === 'connect') await this.#connect(request, { connection, phase, headOver })
      else await this.#associations.open(request, { connection, phase, headOver })
    } catch (error) {
      const fault = asFault(error)
      if (!phase.dialled) logRefusal(this.#options, connection.remote, fault)
      // Before the request the session itself has answered, if there was anything to say.
      const reply = request?.reply(replyForFault(fault))
      phase.farewell(reply, this.#options.surroundings.ticker ?? systemTicker)
    }
  }

  #readRequest(connection: Connection, phase: HeadPhase): Promise<SocksRequest | undefined> {
    const { check, udp } = this.#options
    const session = new SocksServerSession({ check, udp })
    const accept = (event: SocksEvent): SocksRequest | undefined => {
      if (event.kind === 'request') return event
      connection.write(event.bytes)
      return undefined
    }
    return phase.read({ session, accept })
  }

  async #connect(request: SocksRequest, { connection, phase, headOver }: Served): Promise<void> {
    const { destination, user } = request
    const facts = makeFacts(this.#options, { network: 'tcp', destination, source: connection.remote, user })
    const { dispatcher } = this.#options.surroundings
    headOver()
    const opened = await phase.dial((attempt) => dispatcher.open(facts, attempt))
    if (phase.closed) {
      opened.abandon()
      return
    }
    connection.write(request.reply(REPLY.granted))
    await opened.relay(connection)
  }
}

interface Served {
  readonly connection: Connection
  readonly phase: HeadPhase
  readonly headOver: () => void
}
