/** UDP ASSOCIATE: datagrams of an application beside the connection that asked for it (RFC 1928 §6, §7). */
import { type Destination, makeDestination } from '../address/destination.js'
import { parseIp } from '../address/ip.js'
import type { Connection, Endpoint } from '../contracts/connection.js'
import type { DatagramSocket } from '../contracts/datagram.js'
import { isFault } from '../faults/fault.js'
import { REPLY } from '../socks/constants.js'
import { decodeDatagram, encodeDatagram, type SocksDatagram } from '../socks/datagram.js'
import type { SocksRequest } from '../socks/server-session.js'
import { PacketSource } from './packet-source.js'
import type { HeadPhase } from './head-phase.js'
import { makeFacts, type ServerOptions } from './protocol-server.js'

const LOOPBACK = '127.0.0.1'

export interface SocksServerOptions extends ServerOptions {
  readonly udp: boolean
  /** Put into the UDP ASSOCIATE reply instead of the address the application came to. */
  readonly udpAddress?: string | undefined
}

export interface AssociateOptions {
  readonly connection: Connection
  readonly phase: HeadPhase
  readonly headOver: () => void
}

/** All associations of one server. */
export class SocksAssociations {
  readonly #options: SocksServerOptions
  readonly #open = new Set<Association>()

  constructor(options: SocksServerOptions) {
    this.#options = options
  }

  /**
   * Binds a UDP socket on the address that the application came to, and answers with it. Rejects with
   * `TRANSPORT_LISTEN`, and then nothing was answered.
   */
  async open(request: SocksRequest, { connection, phase, headOver }: AssociateOptions): Promise<void> {
    const { surroundings, udpAddress } = this.#options
    const local = { address: ipOrLoopback(connection.local.address), port: 0 }
    const socket = await surroundings.datagrams.bind(local, { tally: surroundings.tally })
    if (phase.closed) {
      socket.close()
      return
    }
    const { address, port } = socket.endpoint
    connection.write(request.reply(REPLY.granted, makeDestination(udpAddress ?? address, port)))
    headOver()
    const association = new Association({
      server: this.#options,
      connection,
      socket,
      user: request.user,
      onClose: () => {
        this.#open.delete(association)
      },
    })
    this.#open.add(association)
    association.start()
  }

  close(): void {
    for (const association of [...this.#open]) association.closeIfIdle()
  }
}

interface AssociationOptions {
  readonly server: SocksServerOptions
  readonly connection: Connection
  readonly socket: DatagramSocket
  readonly user: string
  readonly onClose: () => void
}

/** Lives as long as its connection. Its flow may fall idle and begin anew. */
class Association {
  readonly #options: AssociationOptions
  /** Only datagrams from here are taken; the port is that of the first one. */
  readonly #clientAddress: string
  #client: Endpoint | undefined
  #flow: PacketSource | undefined
  #closing = false
  #closed = false

  constructor(options: AssociationOptions) {
    this.#options = options
    this.#clientAddress = ipOrLoopback(options.connection.remote.address)
  }

  start(): void {
    const { connection, socket } = this.#options
    const close = (): void => {
      this.#close()
    }
    socket.start({ onDatagram: (bytes, from) => this.#receive(bytes, from), onClose: close })
    connection.start({ onData: () => undefined, onEnd: close, onDrain: () => undefined, onClose: close })
  }

  closeIfIdle(): void {
    this.#closing = true
    if (this.#flow === undefined) this.#close()
  }

  #receive(bytes: Uint8Array, from: Endpoint): void {
    if (from.address !== this.#clientAddress) return
    this.#client ??= from
    if (from.port !== this.#client.port) return
    const datagram = this.#decode(bytes)
    if (datagram !== undefined) this.#ensureFlow(datagram.peer).deliver(datagram.payload, datagram.peer)
  }

  #decode(bytes: Uint8Array): SocksDatagram | undefined {
    try {
      return decodeDatagram(bytes)
    } catch (error) {
      if (!isFault(error) || error.blame === 'bug') throw error
      const { tag, surroundings } = this.#options.server
      surroundings.logger.debug(error.message, { inbound: tag, code: error.code })
      return undefined
    }
  }

  #ensureFlow(destination: Destination): PacketSource {
    if (this.#flow !== undefined) return this.#flow
    const { server, connection, user } = this.#options
    const flow = new PacketSource({
      answer: (payload, peer) => {
        this.#answer({ payload, peer })
      },
      onClose: () => {
        if (this.#flow === flow) this.#flow = undefined
        if (this.#closing) this.#close()
      },
    })
    this.#flow = flow
    const facts = makeFacts(server, { network: 'udp', destination, source: connection.remote, user })
    void server.surroundings.dispatcher.relayPackets(facts, flow)
    return flow
  }

  #answer(datagram: SocksDatagram): void {
    if (this.#client !== undefined) this.#options.socket.send(encodeDatagram(datagram), this.#client)
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.connection.abort()
    this.#options.socket.close()
    this.#flow?.close()
    this.#options.onClose()
  }
}

/** An address as sockets take it; what came by a unix socket is of this machine. */
function ipOrLoopback(address: string): string {
  return parseIp(address) === undefined ? LOOPBACK : address
}
