import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { formatHostPort } from '../address/destination.js'
import type { Connection, Endpoint } from '../contracts/connection.js'
import type { Address, ConnectOptions, Tally } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import type { Segment } from '../kcp/segment.js'
import { KcpSession } from '../kcp/session.js'
import type { Random } from '../ports/ports.js'
import { KcpConnection, monotonic } from './kcp-connection.js'
import { type KcpCommon, RECEIVE_BUFFER_BYTES } from './kcp-listener.js'
import { brokenFault, dialFault } from './socket-faults.js'
import { abortReason } from './sockets.js'

/** How long a server may take to answer the opening ping. Those of other makes do not answer at all. */
const OPENING_MS = 30
/** A process that was held up for longer has not looked at its sockets; one on this machine answers in these. */
const LATE_TURNS = 4
/** How many servers are remembered as not answering. */
const SILENT_LIMIT = 64

type UdpAddress = Address & { kind: 'tcp' }

/** Opens conversations, each from a UDP port of its own. */
export class KcpDialler {
  readonly #makeCommon: () => KcpCommon
  #conversation: number
  /** Servers that did not answer the opening ping in time. */
  readonly #silent = new Set<string>()

  constructor(makeCommon: () => KcpCommon, random: Random) {
    this.#makeCommon = makeCommon
    const [high = 0, low = 0] = random(2)
    this.#conversation = (high << 8) | low
  }

  async connect(address: UdpAddress, options: ConnectOptions): Promise<Connection> {
    const { signal, tally, localAddress } = options
    if (signal.aborted) throw abortReason(signal)
    const target = formatHostPort(address.host, address.port)
    const socket = await openSocket(address, localAddress)
    this.#conversation = (this.#conversation + 1) & 0xffff
    const client = new KcpClient({
      socket,
      common: this.#makeCommon(),
      conversation: this.#conversation,
      tally,
    })
    const heard = await client.untilHeard(signal, this.#silent.has(target) ? 0 : OPENING_MS)
    if (client.refused !== undefined) throw new Fault('DIAL_REFUSED', { why: target, cause: client.refused })
    if (signal.aborted) {
      client.connection.abort()
      throw abortReason(signal)
    }
    if (!heard && this.#silent.size < SILENT_LIMIT) this.#silent.add(target)
    return client.connection
  }
}

async function openSocket({ host, port }: UdpAddress, localAddress: string | undefined): Promise<Socket> {
  const target = formatHostPort(host, port)
  try {
    const { address, family } = await resolve(host, localAddress)
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    return await new Promise((opened, reject) => {
      const onError = (error: Error): void => {
        socket.close()
        reject(error)
      }
      socket.once('error', onError)
      socket.bind({ port: 0, ...(localAddress && { address: localAddress }) }, () => {
        socket.connect(port, address, () => {
          socket.off('error', onError)
          socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
          opened(socket)
        })
      })
    })
  } catch (error) {
    throw dialFault(error as Error, target)
  }
}

/** An address to send to, of the family that the local one has. */
async function resolve(host: string, localAddress = ''): Promise<{ address: string; family: number }> {
  if (isIP(host) !== 0) return { address: host, family: isIP(host) }
  return lookup(host, { family: isIP(localAddress) })
}

interface ClientParts {
  readonly socket: Socket
  readonly common: KcpCommon
  readonly conversation: number
  readonly tally: Tally | undefined
}

/** A conversation and the socket that it has to itself. */
class KcpClient {
  readonly connection: KcpConnection
  readonly #socket: Socket
  readonly #parts: ClientParts
  #closed = false
  #heard = false

  constructor(parts: ClientParts) {
    const { socket, common, conversation } = parts
    this.#parts = parts
    this.#socket = socket
    const send = (segments: readonly Segment[]): void => this.#send(segments)
    const session = new KcpSession({
      conversation,
      tuning: common.tuning,
      send,
      opens: true,
      now: monotonic(),
    })
    this.connection = new KcpConnection(session, {
      remote: endpointOf(socket.remoteAddress()),
      local: endpointOf(socket.address()),
      over: () => void socket.unref(),
      release: () => this.#close(),
    })
    socket.on('message', (packet) => {
      this.#receive(packet)
    })
    socket.on('error', (error) => {
      this.connection.abort(brokenFault(error))
    })
  }

  /** Why there is nobody, once that is known. */
  get refused(): Fault | undefined {
    return this.connection.fault
  }

  /** Waits for the first word of the server: true when there was one, false when `ms` were over. */
  untilHeard(signal: AbortSignal, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.connection.onHeard = undefined
        clearTimeout(timer)
        signal.removeEventListener('abort', settle)
        resolve(this.#heard)
      }
      const timer = setTimeout(() => afterTurns(LATE_TURNS, settle), ms)
      this.connection.onHeard = settle
      signal.addEventListener('abort', settle, { once: true })
    })
  }

  #receive(packet: Uint8Array): void {
    this.#parts.tally?.read.add(packet.length)
    const segments = this.#parts.common.codec.decode(packet)
    if (segments.length === 0) return
    this.#heard = true
    this.connection.receive(segments)
  }

  #send(segments: readonly Segment[]): void {
    if (this.#closed) return
    const packet = this.#parts.common.codec.encode(segments)
    this.#parts.tally?.written.add(packet.length)
    this.#socket.send(packet, (error) => {
      if (error?.message.includes('ECONNREFUSED')) this.connection.abort(brokenFault(error))
    })
  }

  #close(): void {
    this.#closed = true
    this.#socket.close()
  }
}

/** Lets the event loop turn before an action: what has come already is dealt with first. */
function afterTurns(turns: number, action: () => void): void {
  if (turns === 0) action()
  else setImmediate(() => afterTurns(turns - 1, action))
}

function endpointOf({ address, port }: Endpoint): Endpoint {
  return { address, port }
}
