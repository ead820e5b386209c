/** tcp inside TLS (protocol §9.7); also what WebSocket and HTTPUpgrade stand on when they have TLS. */
import type { OnReadOpts } from 'node:net'
import type { Connection } from '../contracts/connection.js'
import type { Address, ConnectOptions, Listener, ListenOptions, Transport } from '../contracts/transport.js'
import { READ_BYTES, readBuffer, readBufferLender } from './read-buffer.js'
import { abortReason, listenSockets, startTls } from './sockets.js'
import type { ReadMode } from './static-read.js'
import { adoptSecure } from './tls-static-read.js'
import { TcpConnection } from './tcp-connection.js'
import type { Tls } from './tls-layer.js'

export interface TlsReads {
  /** How accepted sockets are read; `static` unless a test or a strange Node wants otherwise. */
  readonly reads?: ReadMode
}

/** Bytes are counted as they are inside TLS. */
export function makeTlsTransport(tls: Tls, { reads = 'static' }: TlsReads = {}): Transport {
  return {
    name: 'tls',
    connect: (address, options) => connect(tls, address, options),
    listen: (address, options) => listen(tls, address, { ...options, reads }),
  }
}

async function connect(tls: Tls, address: Address, options: ConnectOptions): Promise<Connection> {
  const { signal, tally, localAddress } = options
  if (signal.aborted) throw abortReason(signal)
  const onread: OnReadOpts = {
    buffer: readBuffer,
    callback(length) {
      connection.read(length === READ_BYTES ? readBuffer : readBuffer.subarray(0, length), readBufferLender)
      return true
    },
  }
  const { socket, ready } = startTls(tls, { address, signal, localAddress, onread })
  // Now, so that nothing is missed; it holds what comes before it is started.
  const connection = new TcpConnection(socket, tally)
  await ready
  socket.pause()
  return connection
}

function listen(
  tls: Tls,
  address: Address,
  { onConnection, onFault, tally, reads }: ListenOptions & Required<TlsReads>,
): Promise<Listener> {
  return listenSockets({
    address,
    tls,
    onFault,
    onSocket: (socket) => {
      onConnection(adoptSecure(socket, tally, reads))
    },
  })
}
