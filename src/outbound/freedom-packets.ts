/** The datagrams of one application, sent from sockets of its own, so that any peer may answer it. */
import { type Destination, formatHostPort, hostOf } from '../address/destination.js'
import { formatIp, parseIp } from '../address/ip.js'
import type { Endpoint } from '../contracts/connection.js'
import type {
  DatagramSocket,
  DatagramTransport,
  PacketConnection,
  PacketHandler,
} from '../contracts/datagram.js'
import type { Logger } from '../contracts/logger.js'
import type { Tally } from '../contracts/transport.js'
import { asFault, Fault, isFault } from '../faults/fault.js'
import { leadsBack } from './loop.js'

/** Names whose address is remembered; an application that asks for more starts over. */
const NAME_LIMIT = 256
/** Datagrams under way to a name that is being looked up, or to a socket that is being bound. */
const WAITING_LIMIT = 64

type Family = 'ipv4' | 'ipv6'

const ANY_ADDRESS: Readonly<Record<Family, string>> = { ipv4: '0.0.0.0', ipv6: '::' }

export interface FreedomPacketsOptions {
  readonly datagrams: DatagramTransport
  readonly tally: Tally
  readonly logger: Logger
  readonly localAddress: string | undefined
  /** Only answers from where something was sent to are taken. */
  readonly onePeer: boolean
  /** Where nothing may be sent to, since it would come in again. */
  readonly entrance: Endpoint | undefined
  readonly redirect: (destination: Destination) => Destination
  /** Addresses of a name, never empty. */
  readonly resolve: (host: string) => Promise<readonly string[]>
}

export class FreedomPackets implements PacketConnection {
  readonly #options: FreedomPacketsOptions
  readonly #sockets = new Map<Family, DatagramSocket>()
  readonly #binding = new Map<Family, Promise<DatagramSocket | undefined>>()
  /** Kept for the association, so that one conversation stays with one address. */
  readonly #names = new Map<string, string>()
  readonly #asking = new Map<string, Promise<string | undefined>>()
  /** Where something was sent to: one, or a few while the name of the only peer changes its address. */
  readonly #peers = new Set<string>()
  #handler: PacketHandler | undefined
  #waiting = 0
  #closed = false

  constructor(options: FreedomPacketsOptions) {
    this.#options = options
  }

  start(handler: PacketHandler): void {
    this.#handler = handler
  }

  send(payload: Uint8Array, peer: Destination): void {
    if (this.#closed) return
    const to = this.#options.redirect(peer)
    const address = to.kind === 'ip' ? hostOf(to) : this.#names.get(to.host)
    const socket = address === undefined ? undefined : this.#sockets.get(familyOf(address))
    if (socket !== undefined && address !== undefined)
      this.#sendThrough(socket, payload, { address, port: to.port })
    else if (this.#waiting < WAITING_LIMIT) void this.#sendLater(payload, to)
  }

  close(cause?: Fault): void {
    if (this.#closed) return
    this.#closed = true
    for (const socket of this.#sockets.values()) socket.close()
    this.#names.clear()
    queueMicrotask(() => this.#handler?.onClose(cause))
  }

  /** Never rejects: a datagram that cannot be sent is lost, as it may be on the way. */
  async #sendLater(payload: Uint8Array, to: Destination): Promise<void> {
    this.#waiting++
    const address =
      to.kind === 'ip' ? hostOf(to) : await once(this.#asking, to.host, () => this.#ask(to.host))
    if (address !== undefined && !this.#closed) {
      const family = familyOf(address)
      const socket = await once(this.#binding, family, () => this.#bind(family))
      if (socket !== undefined) this.#sendThrough(socket, payload, { address, port: to.port })
    }
    this.#waiting--
  }

  #sendThrough(socket: DatagramSocket, payload: Uint8Array, to: Endpoint): void {
    if (leadsBack(to, this.#options.entrance)) {
      this.#complain(new Fault('RELAY_LOOP', { why: formatHostPort(to.address, to.port) }))
      return
    }
    if (this.#options.onePeer) this.#peers.add(formatHostPort(to.address, to.port))
    socket.send(payload, to)
  }

  async #ask(host: string): Promise<string | undefined> {
    try {
      const [address] = await this.#options.resolve(host)
      if (this.#names.size >= NAME_LIMIT) this.#names.clear()
      if (address !== undefined) this.#names.set(host, address)
      return address
    } catch (error) {
      this.#complain(error)
      return undefined
    }
  }

  async #bind(family: Family): Promise<DatagramSocket | undefined> {
    const { datagrams, localAddress, tally } = this.#options
    const isOurs = localAddress !== undefined && familyOf(localAddress) === family
    const address = isOurs ? localAddress : ANY_ADDRESS[family]
    try {
      const socket = await datagrams.bind({ address, port: 0 }, { tally })
      if (this.#closed) {
        socket.close()
        return undefined
      }
      this.#sockets.set(family, socket)
      socket.start({
        onDatagram: (payload, from) => {
          this.#receive(payload, from)
        },
        onClose: () => {
          this.#sockets.delete(family)
        },
      })
      return socket
    } catch (error) {
      this.#complain(error)
      return undefined
    }
  }

  #receive(payload: Uint8Array, { address, port }: Endpoint): void {
    const ip = parseIp(address)
    if (ip === undefined) return
    if (this.#options.onePeer && !this.#peers.has(formatHostPort(formatIp(ip), port))) return
    if (!this.#closed) this.#handler?.onPacket(payload, { kind: 'ip', ip, port })
  }

  #complain(error: unknown): void {
    const fault = asFault(error)
    const { logger } = this.#options
    if (isFault(error)) logger.info(`a datagram was dropped: ${fault.message}`, { code: fault.code })
    else logger.error(fault.message, { code: fault.code })
  }
}

function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** Several who wait for the same thing share one attempt; a later one tries anew. */
function once<Key, Value>(
  running: Map<Key, Promise<Value>>,
  key: Key,
  attempt: () => Promise<Value>,
): Promise<Value> {
  const known = running.get(key)
  if (known !== undefined) return known
  const started = attempt().finally(() => running.delete(key))
  running.set(key, started)
  return started
}
