/** Plain tcp and unix sockets (protocol §9.1). */
import { createServer, type Server, type Socket } from 'node:net'
import { formatHostPort } from '../address/destination.js'
import type { Connection, Endpoint } from '../contracts/connection.js'
import type { Address, ConnectOptions, Listener, ListenOptions, Transport } from '../contracts/transport.js'
import { Fault, isFault } from '../faults/fault.js'
import { dialFault, listenFault } from './socket-faults.js'
import { adoptIncoming, makeOutgoing, type ReadMode } from './static-read.js'

/** Connections that the system may hold before we accept them. */
const BACKLOG = 1024

export interface TcpOptions {
  /** How sockets are read; `static` unless a test or a strange Node wants otherwise. */
  readonly reads?: ReadMode
}

export function makeTcpTransport({ reads = 'static' }: TcpOptions = {}): Transport {
  return {
    name: 'tcp',
    connect: (address, options) => connect(address, options, reads),
    listen: (address, options) => listen(address, options, reads),
  }
}

function connect(address: Address, options: ConnectOptions, reads: ReadMode): Promise<Connection> {
  const { signal, tally, localAddress } = options
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortReason(signal))
      return
    }
    const { socket, connection } = makeOutgoing(tally, reads)
    const settle = (): void => {
      signal.removeEventListener('abort', onAbort)
      socket.off('connect', onConnect)
      socket.off('error', onError)
    }
    const onConnect = (): void => {
      settle()
      resolve(connection)
    }
    const onError = (error: Error): void => {
      settle()
      reject(dialFault(error, describe(address)))
    }
    const onAbort = (): void => {
      settle()
      socket.destroy()
      reject(abortReason(signal))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    socket.on('connect', onConnect)
    socket.on('error', onError)
    if (address.kind === 'unix') socket.connect({ path: address.path })
    else {
      socket.setNoDelay(true)
      socket.connect({ host: address.host, port: address.port, ...(localAddress && { localAddress }) })
    }
  })
}

function listen(address: Address, options: ListenOptions, reads: ReadMode): Promise<Listener> {
  const { onConnection, onFault, tally } = options
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true })
  server.on('connection', (socket: Socket) => {
    onConnection(adoptIncoming(socket, tally, reads))
  })
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      reject(listenFault(error, describe(address)))
    }
    server.once('error', onError)
    server.once('listening', () => {
      server.off('error', onError)
      // Later errors are of single accepts, for instance too many open files; listening goes on.
      server.on('error', (error) => onFault?.(listenFault(error, describe(address))))
      resolve({ endpoint: endpointOf(server), close: () => close(server) })
    })
    if (address.kind === 'unix') server.listen({ path: address.path, backlog: BACKLOG })
    else server.listen({ host: address.host, port: address.port, backlog: BACKLOG })
  })
}

/** Resolves at once: connections that are open are not the listener's. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) {
      resolve()
      return
    }
    server.close()
    server.unref()
    setImmediate(resolve)
  })
}

function endpointOf(server: Server): Endpoint {
  const address = server.address()
  if (address === null || typeof address === 'string') return { address: address ?? '', port: 0 }
  return { address: address.address, port: address.port }
}

function describe(address: Address): string {
  return address.kind === 'unix' ? address.path : formatHostPort(address.host, address.port)
}

function abortReason(signal: AbortSignal): Fault {
  const reason: unknown = signal.reason
  return isFault(reason) ? reason : new Fault('DIAL_ABORTED', { cause: reason })
}
