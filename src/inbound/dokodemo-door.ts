/** A port that stands for one fixed destination, tcp and UDP (config §3.8). */
import { type Destination, formatHostPort, makeDestination } from '../address/destination.js'
import type { InboundConfig } from '../config/config.js'
import type { Connection, Endpoint } from '../contracts/connection.js'
import type { DatagramSocket } from '../contracts/datagram.js'
import type { Inbound, InboundSurroundings } from '../contracts/inbound.js'
import type { Listener } from '../contracts/transport.js'
import { asFault, Fault } from '../faults/fault.js'
import { makeAcceptor } from './acceptor.js'
import { PacketSource } from './packet-source.js'
import { makeFacts, type ServerOptions } from './protocol-server.js'

type DokodemoConfig = Extract<InboundConfig, { protocol: 'dokodemo-door' }>

/** Peers of one UDP port; one more pushes out the one that has been silent longest. */
const SOURCE_LIMIT = 4096

export function makeDokodemoInbound(config: DokodemoConfig, surroundings: InboundSurroundings): Inbound {
  return new DokodemoInbound(config, surroundings)
}

class DokodemoInbound implements Inbound {
  readonly tag: string
  readonly protocol: string
  readonly #config: DokodemoConfig
  readonly #options: ServerOptions
  readonly #destination: Destination
  readonly #acceptor: Inbound | undefined
  readonly #doors: UdpDoor[] = []

  constructor(config: DokodemoConfig, surroundings: InboundSurroundings) {
    const { tag, protocol, listen, settings } = config
    this.tag = tag
    this.protocol = protocol
    this.#config = config
    this.#options = { tag, protocol, level: settings.userLevel, surroundings }
    this.#destination = makeDestination(settings.address, settings.port)
    const serve = (connection: Connection, headOver: () => void): void => {
      void this.#serve(connection, headOver)
    }
    if (settings.networks.includes('tcp')) {
      this.#acceptor = makeAcceptor({ tag, protocol, listen, surroundings, serve, level: settings.userLevel })
    }
  }

  get listeners(): readonly Listener[] {
    return [...(this.#acceptor?.listeners ?? []), ...this.#doors]
  }

  async start(): Promise<void> {
    try {
      await this.#acceptor?.start()
      if (this.#config.settings.networks.includes('udp')) await this.#startUdp()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const doors = this.#doors.splice(0)
    await Promise.all([this.#acceptor?.close(), ...doors.map((door) => door.close())])
  }

  async #startUdp(): Promise<void> {
    const { listen } = this.#config
    if (listen.kind === 'unix') {
      throw new Fault('TRANSPORT_LISTEN', { why: `${listen.path}: a unix socket carries no UDP` })
    }
    const { datagrams, tally } = this.#options.surroundings
    // Where tcp was given port 0, UDP takes the number that became of it.
    const ports = this.#acceptor?.listeners.map(({ endpoint }) => endpoint.port) ?? listen.ports
    for (const port of ports) {
      const socket = await datagrams.bind({ address: listen.host, port }, { tally })
      this.#doors.push(new UdpDoor({ socket, destination: this.#destination, server: this.#options }))
    }
  }

  /** There is no head: what the application sends is for the destination. Never rejects. */
  async #serve(connection: Connection, headOver: () => void): Promise<void> {
    const destination = this.#destination
    const facts = makeFacts(this.#options, {
      network: 'tcp',
      destination,
      source: connection.remote,
      user: '',
      entrance: connection.local,
    })
    headOver()
    try {
      const { dispatcher } = this.#options.surroundings
      const opened = await dispatcher.open(facts, new AbortController())
      await opened.relay(connection)
    } catch (error) {
      // The dispatcher has said in the log why.
      connection.reset(asFault(error))
    }
  }
}

interface UdpDoorOptions {
  readonly socket: DatagramSocket
  readonly destination: Destination
  readonly server: ServerOptions
}

/** One UDP port, and a flow for each address that sends to it. */
class UdpDoor implements Listener {
  readonly #options: UdpDoorOptions
  /** By address and port, the one that was silent longest first. */
  readonly #sources = new Map<string, PacketSource>()

  constructor(options: UdpDoorOptions) {
    this.#options = options
    options.socket.start({
      onDatagram: (payload, from) => {
        this.#receive(payload, from)
      },
      onClose: () => {
        for (const source of [...this.#sources.values()]) source.close()
      },
    })
  }

  get endpoint(): Endpoint {
    return this.#options.socket.endpoint
  }

  close(): Promise<void> {
    this.#options.socket.close()
    return Promise.resolve()
  }

  #receive(payload: Uint8Array, from: Endpoint): void {
    const key = formatHostPort(from.address, from.port)
    const source = this.#sources.get(key) ?? this.#open(key, from)
    this.#sources.delete(key)
    this.#sources.set(key, source)
    source.deliver(payload, this.#options.destination)
  }

  #open(key: string, from: Endpoint): PacketSource {
    const { socket, destination, server } = this.#options
    const [oldest] = this.#sources
    if (oldest !== undefined && this.#sources.size >= SOURCE_LIMIT) {
      this.#sources.delete(oldest[0])
      oldest[1].close()
    }
    const source: PacketSource = new PacketSource({
      answer: (payload) => {
        socket.send(payload, from)
      },
      onClose: () => {
        if (this.#sources.get(key) === source) this.#sources.delete(key)
      },
    })
    const facts = makeFacts(server, {
      network: 'udp',
      destination,
      source: from,
      user: '',
      onePeer: true,
      entrance: socket.endpoint,
    })
    void server.surroundings.dispatcher.relayPackets(facts, source)
    return source
  }
}
