import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { formatHostPort } from '../address/destination.js'
import type { Endpoint } from '../contracts/connection.js'
import type { Address, Listener, ListenOptions } from '../contracts/transport.js'
import type { PacketCodec } from '../kcp/packet-codec.js'
import type { ReceiveBudget } from '../kcp/receive-window.js'
import { type ControlSegment, SEGMENT_OPTION, type Segment } from '../kcp/segment.js'
import { KcpSession } from '../kcp/session.js'
import type { KcpTuning } from '../kcp/tuning.js'
import { KcpConnection, monotonic } from './kcp-connection.js'
import { brokenFault, listenFault } from './socket-faults.js'

export interface KcpCommon {
  readonly codec: PacketCodec
  readonly tuning: KcpTuning
}

/** Asked of the system, which may give less. */
export const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024
/** Conversations of one listener, those included that are over and linger. */
const CONVERSATION_LIMIT = 8_192
/** Bytes that all conversations of a listener may hold which nobody has read yet. */
const HELD_LIMIT = 128 * 1024 * 1024

/** Rejects with `TRANSPORT_LISTEN`. */
export function listenKcp(
  { host, port }: Address & { kind: 'tcp' },
  options: ListenOptions,
  common: KcpCommon,
): Promise<Listener> {
  // Addresses of packets are literals: looking them up would only cost a turn.
  const lookup = (
    address: string,
    _: unknown,
    done: (error: null, address: string, family: number) => void,
  ) => done(null, address, isIPv6(address) ? 6 : 4)
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', lookup })
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      socket.close()
      reject(listenFault(error, formatHostPort(host, port)))
    }
    socket.once('error', onError)
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', onError)
      socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
      resolve(new KcpListener(socket, options, common))
    })
  })
}

/** One UDP socket and its conversations, each named by its source and its number. */
class KcpListener implements Listener {
  readonly endpoint: Endpoint
  readonly #socket: Socket
  readonly #options: ListenOptions
  readonly #common: KcpCommon
  readonly #conversations = new Map<string, KcpConnection>()
  readonly #budget: ReceiveBudget = { left: HELD_LIMIT }
  /** Those that are not over. */
  #live = 0
  #closing = false
  #closed = false

  constructor(socket: Socket, options: ListenOptions, common: KcpCommon) {
    const { address, port } = socket.address()
    this.endpoint = { address, port }
    this.#socket = socket
    this.#options = options
    this.#common = common
    socket.on('message', (packet, { address, port }) => {
      this.#receive(packet, { address, port })
    })
    socket.on('error', (error) => {
      options.onFault?.(brokenFault(error))
    })
  }

  /** The port stays taken while connections are open: they all come in there. */
  close(): Promise<void> {
    this.#closing = true
    this.#closeIfIdle()
    return new Promise((resolve) => setImmediate(resolve))
  }

  #receive(packet: Uint8Array, from: Endpoint): void {
    this.#options.tally?.read.add(packet.length)
    const segments = this.#common.codec.decode(packet)
    const [first] = segments
    if (first === undefined) return
    const key = `${first.conversation} ${from.port} ${from.address}`
    const known = this.#conversations.get(key)
    if (known !== undefined) known.receive(segments)
    else if (first.command === 'data' || first.command === 'ping') this.#welcome(key, from, segments)
  }

  #welcome(key: string, from: Endpoint, segments: readonly Segment[]): void {
    const { conversation } = segments[0] as Segment
    if (this.#closing) {
      this.#send([refusal(conversation)], from)
      return
    }
    if (this.#conversations.size >= CONVERSATION_LIMIT) return
    const session = new KcpSession({
      conversation,
      tuning: this.#common.tuning,
      send: (out) => this.#send(out, from),
      opens: false,
      now: monotonic(),
      budget: this.#budget,
    })
    this.#live++
    const connection = new KcpConnection(session, {
      remote: from,
      local: this.endpoint,
      over: () => {
        this.#live--
        this.#closeIfIdle()
      },
      release: () => {
        this.#conversations.delete(key)
      },
    })
    this.#conversations.set(key, connection)
    connection.receive(segments)
    this.#options.onConnection(connection)
  }

  #send(segments: readonly Segment[], to: Endpoint): void {
    if (this.#closed) return
    const packet = this.#common.codec.encode(segments)
    this.#options.tally?.written.add(packet.length)
    // What cannot be sent is lost, as on the way.
    this.#socket.send(packet, to.port, to.address, () => undefined)
  }

  #closeIfIdle(): void {
    if (!this.#closing || this.#closed || this.#live > 0) return
    this.#closed = true
    this.#socket.close()
  }
}

/** Nobody is accepted here any more. */
function refusal(conversation: number): ControlSegment {
  return {
    conversation,
    command: 'terminate',
    option: SEGMENT_OPTION.closing,
    sendingNext: 0,
    receivingNext: 0,
    timeout: 0,
  }
}
