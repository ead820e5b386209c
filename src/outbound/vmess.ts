/**
 * The VMess outbound: dials one of its servers and speaks as one of that server's users.
 *
 *     plaintext ──▶ BodyConnection ── header, chunks ──▶ connection to the server
 *                        └── ClientSession opens the response header
 */
import type { Destination } from '../address/destination.js'
import { resolveSecurity, type WireSecurity } from '../account/security.js'
import type { OutboundConfig, VmessOutboundUser, VmessServerConfig } from '../config/config.js'
import type { Connection } from '../contracts/connection.js'
import type { PacketConnection } from '../contracts/datagram.js'
import type { Flow } from '../contracts/flow.js'
import type { Outbound, OutboundSurroundings } from '../contracts/outbound.js'
import { Fault, isFault } from '../faults/fault.js'
import { BodyConnection, type BodyOpening } from '../tunnel/body-connection.js'
import { type DrainDepth, drainDepthOf, drainLength, Drains } from '../tunnel/drain.js'
import { OPTION } from '../vmess/body-plan.js'
import { systemArchitecture, systemTicker } from '../ports/ports.js'
import { ClientSession } from '../vmess/client-session.js'
import { RESPONSE_OPTION } from '../vmess/response-header.js'
import { makeUser, type VmessUser } from '../vmess/user.js'
import { CarrierPool } from './vmess-carriers.js'
import { VmessDatagrams } from './vmess-datagrams.js'

type VmessOutboundConfig = Extract<OutboundConfig, { protocol: 'vmess' }>

/** What a connection to a server is for. */
type Request =
  | { readonly command: 'tcp' | 'udp'; readonly destination: Destination }
  | { readonly command: 'mux'; readonly destination?: undefined }

/** Of a carrier that takes any session: 128 in its life, counted from 1, as v2ray does (protocol §5.4). */
const SHARED_CARRIER = { lifetime: 128, firstId: 1 }
const ID_KEY_BYTES = 32
/** How long the header waits for a first payload to travel with (protocol §7.2). */
const HEAD_GRACE_MS = 100

/** One server and what was learned of it. */
interface Server {
  readonly config: VmessServerConfig
  readonly users: readonly User[]
  /** Its last answer was that of a server that reads chunks of any size (protocol §4.7). */
  largeChunks: boolean
}

interface User {
  readonly config: VmessOutboundUser
  readonly identity: VmessUser
  /** How much of a response that is not genuine is read. */
  readonly depth: DrainDepth
}

export function makeVmessOutbound(config: VmessOutboundConfig, surroundings: OutboundSurroundings): Outbound {
  return new VmessOutbound(config, surroundings)
}

class VmessOutbound implements Outbound {
  readonly tag: string
  readonly protocol = 'vmess'
  readonly #config: VmessOutboundConfig
  readonly #surroundings: OutboundSurroundings
  readonly #servers: readonly Server[]
  readonly #drains: Drains
  /** Carriers of tcp flows; absent: each flow has a connection of its own. */
  readonly #streams: CarrierPool | undefined
  readonly #pools: readonly CarrierPool[]
  readonly #datagrams: VmessDatagrams
  #turn = 0

  constructor(config: VmessOutboundConfig, surroundings: OutboundSurroundings) {
    this.tag = config.tag
    this.#config = config
    this.#surroundings = surroundings
    this.#drains = new Drains(surroundings.ticker ?? systemTicker)
    this.#servers = config.settings.servers.map((server) => ({
      config: server,
      users: server.users.map((user) => ({
        config: user,
        identity: makeUser(user),
        depth: drainDepthOf('client', [user.uuid]),
      })),
      largeChunks: false,
    }))
    const { mux, settings } = config
    const streams = mux === undefined || mux.concurrency === 0 ? undefined : this.#makePool(mux.concurrency)
    const single = this.#makePool(1, { lifetime: 1, firstId: 0 })
    const shared = this.#poolOfUdp(streams)
    this.#streams = streams
    this.#pools = [single, streams, shared].filter((pool) => pool !== undefined)
    this.#datagrams = new VmessDatagrams({
      encoding: settings.packetEncoding ?? 'none',
      open: (destination, signal) => this.#open({ command: 'udp', destination }, signal),
      shared,
      single,
      udp443: mux?.xudpProxyUdp443 ?? 'allow',
      idKey: surroundings.random(ID_KEY_BYTES),
    })
  }

  connect(flow: Flow, signal: AbortSignal): Promise<Connection> {
    const { destination } = flow
    if (this.#streams === undefined) return this.#open({ command: 'tcp', destination }, signal)
    return this.#streams.take(signal, (client) => client.openStream(destination))
  }

  async associate(flow: Flow, signal: AbortSignal): Promise<PacketConnection> {
    return await this.#datagrams.associate(flow, signal)
  }

  close(): Promise<void> {
    this.#drains.close()
    for (const pool of this.#pools) pool.close()
    this.#surroundings.transport.close?.()
    return Promise.resolve()
  }

  #poolOfUdp(streams: CarrierPool | undefined): CarrierPool | undefined {
    const concurrency = this.#config.mux?.xudpConcurrency ?? -1
    if (concurrency === 0) return streams
    return concurrency < 0 ? undefined : this.#makePool(concurrency)
  }

  #makePool(concurrency: number, { lifetime, firstId } = SHARED_CARRIER): CarrierPool {
    const open = (signal: AbortSignal): Promise<Connection> => this.#open({ command: 'mux' }, signal)
    return new CarrierPool({ concurrency, lifetime, firstId, open, ticker: this.#surroundings.ticker })
  }

  async #open(request: Request, signal: AbortSignal): Promise<Connection> {
    const { server, connection } = await this.#dial(signal)
    try {
      return this.#speak({ server, connection, request })
    } catch (error) {
      // A destination or options that no request can name.
      connection.abort()
      throw error
    }
  }

  /** The servers in turn; each is tried once, and the last one's fault is told. */
  async #dial(signal: AbortSignal): Promise<{ server: Server; connection: Connection }> {
    let last: Fault | undefined
    const first = this.#turn++
    for (let attempt = 0; attempt < this.#servers.length; attempt++) {
      const server = this.#servers[(first + attempt) % this.#servers.length] as Server
      const { address: host, port } = server.config
      const { transport, tally } = this.#surroundings
      const localAddress = this.#config.sendThrough
      try {
        const connection = await transport.connect(
          { kind: 'tcp', host, port },
          { signal, tally, localAddress },
        )
        return { server, connection }
      } catch (error) {
        if (!isFault(error) || signal.aborted) throw error
        last = error
      }
    }
    throw last ?? new Fault('INTERNAL_INVARIANT', { why: 'a vmess outbound without a server' })
  }

  #speak(call: {
    readonly server: Server
    readonly connection: Connection
    readonly request: Request
  }): Connection {
    const { server, request } = call
    const { clock, random } = this.#surroundings
    const user = pick(server.users, random(1)[0] as number)
    const security = resolveSecurity(user.config.security, systemArchitecture)
    const options = user.config.options ?? optionsFor(security, request.command, user.config)
    const large = user.config.largeChunks ?? true
    const session = new ClientSession({
      user: user.identity,
      legacy: user.config.alterId > 0,
      command: request.command,
      destination: request.destination,
      security,
      options,
      clock,
      random,
      // The hint also says that we mark our end.
      largeChunks: large && !user.config.noTerminationSignal,
    })
    if (large && server.largeChunks) session.uplink.allowLargeChunks()
    const learn = (responseOption: number): void => {
      // A sing-box server, whose reader stops at 16 KiB, echoes our options; all others answer 0.
      const readsAny = responseOption === RESPONSE_OPTION.none || responseOption === RESPONSE_OPTION.marksEnd
      server.largeChunks = large && options !== 0 && readsAny
      if (server.largeChunks) session.uplink.allowLargeChunks()
    }
    return new BodyConnection(call.connection, {
      head: session.head,
      headGraceMs: HEAD_GRACE_MS,
      encoder: session.uplink,
      marksEnd: (options & OPTION.chunkStream) !== 0 && !user.config.noTerminationSignal,
      decoder: this.#opening(session, user, learn),
    })
  }

  #opening(session: ClientSession, user: User, learn: (responseOption: number) => void): BodyOpening {
    return {
      receive: (bytes) => {
        session.receive(bytes)
      },
      next() {
        const response = session.next()
        if (response !== undefined) learn(response.responseOption)
        return response
      },
      cutShort: (received, cause) =>
        new Fault('VMESS_NO_RESPONSE', {
          ...(received > 0 && { why: `${received} bytes of one came` }),
          cause,
        }),
      refuse: (connection, received, fault) => {
        const length = drainLength(user.depth, this.#surroundings.random)
        this.#drains.add(connection, length - received, fault)
      },
    }
  }
}

function pick(users: readonly User[], dice: number): User {
  return users[dice % users.length] as User
}

/** What v2ray's own client sends (protocol §8.2), and 0x10 where the user asks for it. */
function optionsFor(security: WireSecurity, command: Request['command'], user: VmessOutboundUser): number {
  const { chunkStream, chunkMasking, globalPadding, authenticatedLength } = OPTION
  switch (security) {
    case 'aes-128-gcm':
    case 'chacha20-poly1305':
      return chunkStream | chunkMasking | globalPadding | (user.authenticatedLength ? authenticatedLength : 0)
    case 'none':
      return chunkStream | chunkMasking
    case 'aes-128-cfb':
      return chunkStream
    case 'zero':
      // Datagrams need boundaries; "zero" has none.
      return command === 'udp' ? chunkStream : 0
  }
}
