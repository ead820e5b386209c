/** Plain tcp and unix sockets (protocol §9.1). */
import type { Server, Socket } from 'node:net'
import type { Connection } from '../contracts/connection.js'
import type { Address, ConnectOptions, Listener, ListenOptions, Transport } from '../contracts/transport.js'
import type { Fault } from '../faults/fault.js'
import { dialFault } from './socket-faults.js'
import { abortReason, describe, listenSockets, startConnect, untilReady } from './sockets.js'
import { adoptIncoming, makeOutgoing, type ReadMode, takeAccepted } from './static-read.js'

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

async function connect(address: Address, options: ConnectOptions, reads: ReadMode): Promise<Connection> {
  const { signal, tally, localAddress } = options
  if (signal.aborted) throw abortReason(signal)
  const { socket, connection } = makeOutgoing(tally, reads)
  startConnect(socket, { address, localAddress })
  const faultOf = (error: Error): Fault => dialFault(error, describe(address))
  await untilReady({ socket, event: 'connect', signal, faultOf })
  return connection
}

function listen(address: Address, options: ListenOptions, reads: ReadMode): Promise<Listener> {
  const { onConnection, onFault, tally } = options
  const onSocket = (socket: Socket): void => {
    onConnection(adoptIncoming(socket, tally, reads))
  }
  const onListening = (server: Server): void => {
    if (reads === 'static') takeAccepted(server, onConnection, tally)
  }
  return listenSockets({ address, onSocket, onFault, onListening })
}
