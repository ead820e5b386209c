/**
 * TLS over another transport: mKCP, or tcp behind a load balancer that says for whom it connects. Where the
 * transport below is plain tcp, `tls.ts` is the shorter way.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Socket } from 'node:net'
import type { Connection } from '../contracts/connection.js'
import type {
  Address,
  ConnectOptions,
  Listener,
  ListenOptions,
  Tally,
  Transport,
} from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import { ConnectionDuplex } from './connection-duplex.js'
import { OverlaidConnection } from './overlaid-connection.js'
import { makeTlsServer, startTlsOver } from './sockets.js'
import { eventConnection } from './static-read.js'
import type { Tls } from './tls-layer.js'

/** Bytes are counted as they are inside TLS. */
export function makeTlsOver(below: Transport, tls: Tls): Transport {
  return {
    name: 'tls',
    connect: (address, options) => connect({ below, tls }, address, options),
    listen: (address, options) => listen({ below, tls }, address, options),
    ...(below.close !== undefined && { close: () => below.close?.() }),
  }
}

interface Layers {
  readonly below: Transport
  readonly tls: Tls
}

async function connect(
  { below, tls }: Layers,
  address: Address,
  { tally, ...options }: ConnectOptions,
): Promise<Connection> {
  const connection = await below.connect(address, options)
  const over = new ConnectionDuplex(connection)
  const { socket, ready } = startTlsOver(tls, { address, signal: options.signal, over })
  // Now, so that nothing is missed; it holds what comes before it is started.
  const secured = secure(socket, { connection, over, tally })
  await ready
  return secured
}

interface Arrived {
  readonly connection: Connection
  readonly over: ConnectionDuplex
}

interface Secured extends Arrived {
  readonly tally: Tally | undefined
}

/** Node tells of a finished handshake where it began, and does not say on which stream. */
async function listen({ below, tls }: Layers, address: Address, options: ListenOptions): Promise<Listener> {
  const { onFault, onConnection, tally } = options
  const arrivals = new AsyncLocalStorage<Arrived>()
  const server = makeTlsServer(tls, {
    onFault,
    nameOf: () => arrivals.getStore()?.connection.remote.address,
    onSocket: (socket) => {
      const arrived = arrivals.getStore()
      if (arrived === undefined) throw new Fault('INTERNAL_INVARIANT', { why: 'a handshake from nowhere' })
      onConnection(secure(socket, { ...arrived, tally }))
    },
  })
  return below.listen(address, {
    ...(onFault !== undefined && { onFault }),
    onConnection: (connection) => {
      const over = new ConnectionDuplex(connection)
      arrivals.run({ connection, over }, () => server.emit('connection', over))
    },
  })
}

function secure(socket: Socket, { connection, over, tally }: Secured): Connection {
  const { remote, local } = connection
  return new OverlaidConnection(eventConnection(socket, tally), {
    remote,
    local,
    get fault() {
      return over.fault
    },
    beforeReset: () => {
      over.breaksOff = true
    },
  })
}
