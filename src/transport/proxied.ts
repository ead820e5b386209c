/** Connections that a load balancer passes on, with the address of whom they are from. */
import type { Connection } from '../contracts/connection.js'
import type { ListenOptions, Transport } from '../contracts/transport.js'
import { Fault, isFault } from '../faults/fault.js'
import { ProxyHeaderDecoder } from '../proxy-protocol/header-decoder.js'
import { OverlaidConnection } from './overlaid-connection.js'

/** Time for the header, which a balancer sends at once. */
const HEADER_MS = 5_000
/** Connections whose header has not come yet; more are closed at once. */
const WAITING_LIMIT = 4_096

/**
 * Takes a PROXY header off every connection that the other transport accepts, and shows its source as
 * `remote`. Connections without one are closed and told to `onFault` as `TRANSPORT_PROXY_HEADER`.
 * Connecting is left as it is.
 */
export function makeProxiedTransport(inner: Transport): Transport {
  return {
    name: inner.name,
    connect: (address, options) => inner.connect(address, options),
    listen: async (address, options) => {
      const waiting = new Set<Connection>()
      const onConnection = (connection: Connection): void => {
        if (waiting.size >= WAITING_LIMIT) connection.abort()
        else readHeader(connection, waiting, options)
      }
      const listener = await inner.listen(address, { ...options, onConnection })
      const close = (): Promise<void> => {
        for (const connection of waiting) connection.abort()
        return listener.close()
      }
      return { endpoint: listener.endpoint, close }
    },
  }
}

function readHeader(connection: Connection, waiting: Set<Connection>, options: ListenOptions): void {
  const decoder = new ProxyHeaderDecoder()
  const refuse = (why: string, cause?: unknown): void => {
    const { address } = connection.remote
    const fault = new Fault('TRANSPORT_PROXY_HEADER', { why: `${address}: ${why}`, cause })
    connection.abort(fault)
    options.onFault?.(fault)
  }
  const timer = setTimeout(() => {
    refuse(`none came within ${HEADER_MS / 1000} s`)
  }, HEADER_MS)
  const settle = (): void => {
    clearTimeout(timer)
    waiting.delete(connection)
  }
  waiting.add(connection)
  connection.start({
    onData: (bytes, lender) => {
      try {
        const read = decoder.receive(bytes)
        if (read === undefined) return
        settle()
        connection.pause()
        connection.unread(lender.keep(bytes.subarray(read.used)))
        const { source } = read.header
        options.onConnection(
          source === undefined
            ? connection
            : new OverlaidConnection(connection, { remote: source, local: connection.local }),
        )
      } catch (error) {
        if (!isFault(error)) throw error
        refuse(error.why ?? '', error)
      }
    },
    onEnd: () => {
      connection.abort()
    },
    onDrain: () => undefined,
    onClose: settle,
  })
}
