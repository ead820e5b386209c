/** Connections to the web server at the far end, through a tunnel, and in TLS where its address is https. */
import { DEFAULT_TLS } from '../../config/tls.js'
import type { Connection } from '../../contracts/connection.js'
import type { Transport } from '../../contracts/transport.js'
import { asFault, Fault } from '../../faults/fault.js'
import { makeTls, type Tls } from '../../transport/tls-layer.js'
import { makeTlsOver } from '../../transport/tls-over.js'
import type { Tunnel } from './tunnel.js'
import type { WebTarget } from './web-target.js'

export type WebDialler = (tunnel: Tunnel, signal: AbortSignal) => Promise<Connection>

/**
 * Dials a web server again and again, each time from nothing. Its certificate is checked; the dialler throws
 * `PROBE_ANSWER` where that or the handshake fails, the reason of the signal, and what the tunnel throws.
 */
export function makeWebDialler(target: WebTarget): WebDialler {
  const { destination, secure, name, port } = target
  if (!secure) return (tunnel, signal) => tunnel.connect(destination, signal)
  const tls = withoutSessions(makeTls({ config: DEFAULT_TLS, alpn: ['http/1.1'] }))
  return async (tunnel, signal) => {
    const below = await tunnel.connect(destination, signal)
    const { connect } = makeTlsOver(alone(below), tls)
    return connect({ kind: 'tcp', host: name, port }, { signal }).catch((error: unknown) => {
      below.abort()
      if (signal.aborted) throw asFault(signal.reason)
      throw tlsFault(name, asFault(error))
    })
  }
}

/** What is wrong with the web server must not read like something wrong with the server of the tunnel. */
function tlsFault(name: string, cause: Fault): Fault {
  if (!cause.code.startsWith('TRANSPORT_TLS_')) return cause
  return new Fault('PROBE_ANSWER', {
    why: `TLS with the web server ${name}: ${cause.message}`,
    hint: 'check that the server of the tunnel reaches --url, and its certificate; or take an http address',
    cause,
  })
}

/** A handshake that continues another is shorter: then the first would be no measure of the second. */
function withoutSessions(tls: Tls): Tls {
  return {
    nameFor: (address) => tls.nameFor(address),
    connectOptions: (address) => tls.connectOptions(address),
    keptSession: () => undefined,
    watchSession: () => undefined,
    assertPeer: (socket) => tls.assertPeer(socket),
    serverOptions: () => tls.serverOptions(),
    refresh: (server) => tls.refresh(server),
  }
}

/** A connection that is open already, as a transport that gives it once. */
function alone(connection: Connection): Transport {
  return {
    name: 'tunnel',
    connect: () => Promise.resolve(connection),
    listen: () => Promise.reject(new Fault('INTERNAL_INVARIANT', { why: 'a tunnel that listens' })),
  }
}
