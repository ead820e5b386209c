/** UDP sockets of this machine. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { formatHostPort } from '../address/destination.js'
import { formatIp, parseIp } from '../address/ip.js'
import type { Endpoint } from '../contracts/connection.js'
import type {
  BindOptions,
  DatagramSocket,
  DatagramSocketHandler,
  DatagramTransport,
} from '../contracts/datagram.js'
import type { Tally } from '../contracts/transport.js'
import type { Fault } from '../faults/fault.js'
import { brokenFault, listenFault } from './socket-faults.js'

/** Bytes that may wait for the system before datagrams are dropped. */
const SEND_LIMIT = 1024 * 1024
/** Datagrams that arrive between bind and start. */
const EARLY_LIMIT = 64

export function makeUdpTransport(): DatagramTransport {
  return { bind }
}

function bind(local: Endpoint, { tally }: BindOptions): Promise<DatagramSocket> {
  const socket = createSocket({ type: local.address.includes(':') ? 'udp6' : 'udp4' })
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      socket.close()
      reject(listenFault(error, formatHostPort(local.address, local.port)))
    }
    socket.once('error', onError)
    socket.bind({ address: local.address, port: local.port, exclusive: true }, () => {
      socket.off('error', onError)
      resolve(new UdpSocket(socket, tally))
    })
  })
}

class UdpSocket implements DatagramSocket {
  readonly endpoint: Endpoint
  readonly #socket: Socket
  readonly #tally: Tally | undefined
  #handler: DatagramSocketHandler | undefined
  #early: [payload: Uint8Array, from: Endpoint][] = []
  #closed = false

  constructor(socket: Socket, tally: Tally | undefined) {
    const { address, port } = socket.address()
    this.endpoint = { address, port }
    this.#socket = socket
    this.#tally = tally
    socket.on('message', (payload, from) => {
      this.#receive(payload, from)
    })
    socket.on('error', (error) => {
      this.close(brokenFault(error))
    })
  }

  start(handler: DatagramSocketHandler): void {
    this.#handler = handler
    const early = this.#early
    this.#early = []
    queueMicrotask(() => {
      for (const [payload, from] of early) if (!this.#closed) handler.onDatagram(payload, from)
    })
  }

  send(payload: Uint8Array, to: Endpoint): void {
    if (this.#closed || to.port === 0 || this.#socket.getSendQueueSize() > SEND_LIMIT) return
    this.#tally?.written.add(payload.length)
    // The callback takes the error: a datagram that is too long or has no route is lost, as on the way.
    this.#socket.send(payload, to.port, to.address, () => undefined)
  }

  close(cause?: Fault): void {
    if (this.#closed) return
    this.#closed = true
    this.#early = []
    this.#socket.close(() => this.#handler?.onClose(cause))
  }

  #receive(payload: Uint8Array, { address, port }: RemoteInfo): void {
    if (this.#closed) return
    this.#tally?.read.add(payload.length)
    const from = { address: normalised(address), port }
    if (this.#handler !== undefined) this.#handler.onDatagram(payload, from)
    else if (this.#early.length < EARLY_LIMIT) this.#early.push([payload, from])
  }
}

/** IPv4 peers of a dual-stack socket show as `::ffff:a.b.c.d`. */
function normalised(address: string): string {
  const ip = address.includes(':') ? parseIp(address) : undefined
  return ip === undefined ? address : formatIp(ip)
}
