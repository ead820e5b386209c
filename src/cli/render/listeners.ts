import type { RunningListener } from '../../operations/running.js'
import type { Paint } from '../paint.js'

/** `127.0.0.1:1080`, `[::1]:1080`, or the path of a unix socket. */
export function renderEndpoint({ address, port }: RunningListener['endpoint']): string {
  if (address.startsWith('/')) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** One line per listener: where, and what it speaks. */
export function renderListeners(listeners: readonly RunningListener[], paint: Paint): string {
  const where = listeners.map(({ endpoint }) => renderEndpoint(endpoint))
  const width = Math.max(...where.map((text) => text.length))
  const rows = listeners.map(
    ({ protocol, network, secure }, i) =>
      `${paint.green('listening')} on ${where[i]?.padEnd(width)}  ${protocol} over ${network}, ${secure ? 'TLS' : 'no TLS'}`,
  )
  return rows.join('\n')
}

/** The same for programs. */
export function listenersJson(listeners: readonly RunningListener[]): object[] {
  return listeners.map(({ tag, protocol, endpoint, network, secure }) => ({
    tag,
    protocol,
    ...endpoint,
    transport: network,
    tls: secure,
  }))
}
