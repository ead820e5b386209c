/** The listening side of HTTP/2: sockets, their sessions, and the streams that are for us. */
import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import { formatHostPort } from '../address/destination.js'
import type { Address, Listener, ListenOptions } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import type { Ticker } from '../ports/ports.js'
import { carrierOf } from './h2-carrier.js'
import { H2Connection } from './h2-connection.js'
import type { StreamForm } from './h2-form.js'
import { BEAT_MS, GuardedSession } from './h2-session.js'
import { listenSockets } from './sockets.js'
import { sortVisitors } from './h2-visitors.js'
import type { Tls } from './tls-layer.js'

/** Unread bytes that one stream may make us hold; Go's servers take as much. */
const STREAM_WINDOW = 1024 * 1024
/** Bytes on their way in all streams of a session together. Does not bound memory: the streams do. */
const SESSION_WINDOW = 16 * 1024 * 1024
/** Streams at a time in one session. A client that wants more opens another. */
const MOST_STREAMS = 512
const MOST_HEADER_BYTES = 16 * 1024
const MOST_HEADER_PAIRS = 64
/** Megabytes that a session may hold in frames, streams and unsent bytes before it refuses streams. */
const MOST_SESSION_MEMORY = 64
/** Streams in a row that a client may open above the limits before its session is ended. */
const MOST_REJECTED = 100
/** Five minutes: as long as a flow may be idle. */
const IDLE_BEATS = 60

const SESSION_OPTIONS = {
  settings: {
    initialWindowSize: STREAM_WINDOW,
    maxConcurrentStreams: MOST_STREAMS,
    maxHeaderListSize: MOST_HEADER_BYTES,
  },
  maxSessionMemory: MOST_SESSION_MEMORY,
  maxHeaderListPairs: MOST_HEADER_PAIRS,
  maxSessionRejectedStreams: MOST_REJECTED,
  // Node 24 and later: we count resets ourselves, and only those that cost us and not the client.
  streamResetBurst: 10_000,
  streamResetRate: 1_000,
}

export interface H2ListenerOptions {
  readonly form: StreamForm
  readonly tls: Tls | undefined
  readonly ticker: Ticker
}

/**
 * Listens for HTTP/2, with prior knowledge where there is no TLS. A request that is not for us is
 * answered with 404, in HTTP/1.1 too; why, only `onFault` learns, as `TRANSPORT_REQUEST`.
 */
export async function listenH2(
  address: Address,
  options: ListenOptions,
  { form, tls, ticker }: H2ListenerOptions,
): Promise<Listener> {
  const sessions = new SessionSet(ticker)
  const serve = (socket: Socket): void => {
    serveSession(socket, { form, options, sessions })
  }
  const { onFault } = options
  const listener = await listenSockets({ address, tls, onSocket: sortVisitors(serve, onFault), onFault })
  return {
    endpoint: listener.endpoint,
    close: () => {
      sessions.leave()
      return listener.close()
    },
  }
}

/** All sessions of a listener, with the beat that their limits are measured by. */
class SessionSet {
  readonly #ticker: Ticker
  readonly #sessions = new Set<GuardedSession>()
  #stop: (() => void) | undefined
  #leaving = false

  constructor(ticker: Ticker) {
    this.#ticker = ticker
  }

  add(session: GuardedSession): void {
    this.#sessions.add(session)
    this.#stop ??= this.#ticker(BEAT_MS, () => {
      for (const each of this.#sessions) each.onBeat()
    })
    if (this.#leaving) session.leave()
  }

  delete(session: GuardedSession): void {
    this.#sessions.delete(session)
    if (this.#sessions.size > 0) return
    this.#stop?.()
    this.#stop = undefined
  }

  leave(): void {
    this.#leaving = true
    for (const session of this.#sessions) session.leave()
  }
}

interface Service {
  readonly form: StreamForm
  readonly options: ListenOptions
  readonly sessions: SessionSet
}

function serveSession(socket: Socket, service: Service): void {
  const session = performServerHandshake(carrierOf(socket), SESSION_OPTIONS)
  const guarded: GuardedSession<ServerHttp2Session> = new GuardedSession(session, {
    socket,
    idleBeats: IDLE_BEATS,
    asksWhenIdle: true,
    streamWindow: STREAM_WINDOW,
    onClosed: () => {
      service.sessions.delete(guarded)
      tellFault(guarded, service.options)
    },
  })
  service.sessions.add(guarded)
  // Where a close of the socket has overtaken us there is no session any more.
  if (session.destroyed) return
  session.setLocalWindowSize(SESSION_WINDOW)
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    serveStream(stream, headers, { guarded, service })
  })
}

function tellFault({ fault, remote }: GuardedSession, { onFault }: ListenOptions): void {
  if (fault === undefined || fault.code === 'TRANSPORT_RESET') return
  onFault?.(withSource(fault, remote))
}

interface Visit {
  readonly guarded: GuardedSession<ServerHttp2Session>
  readonly service: Service
}

function serveStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, visit: Visit): void {
  const { guarded, service } = visit
  guarded.streamOpened()
  // Before anything else: an error that nobody listens to would end the process.
  stream.on('error', () => undefined)
  if (stream.destroyed) {
    // Reset before we were told of it.
    guarded.streamClosed(true)
    return
  }
  const why = service.form.refusal(headers)
  if (why === undefined) accept(stream, visit)
  else refuse(stream, visit, why)
}

function accept(stream: ServerHttp2Stream, { guarded, service }: Visit): void {
  const { form, options } = service
  const connection = new H2Connection(stream, {
    remote: guarded.remote,
    local: guarded.local,
    tally: options.tally,
    framing: form.framing,
    session: guarded,
  })
  stream.once('close', () => {
    guarded.streamClosed(stream.rstCode !== 0 && !connection.answered)
  })
  const { trailers } = form
  if (trailers !== undefined) stream.once('wantTrailers', () => stream.sendTrailers(trailers))
  stream.respond(form.responseHeaders, { waitForTrailers: trailers !== undefined })
  options.onConnection(connection)
}

/** As a web server that has nothing there. What the stranger still sends is dropped. */
function refuse(stream: ServerHttp2Stream, { guarded, service }: Visit, why: string): void {
  stream.once('close', () => {
    guarded.streamClosed(false)
  })
  stream.respond({ ':status': 404, 'content-length': 0 }, { endStream: true })
  stream.resume()
  // Tells a client that is still sending to stop.
  if (!stream.endAfterHeaders) stream.close(0)
  service.options.onFault?.(withSource(new Fault('TRANSPORT_REQUEST', { why }), guarded.remote))
}

function withSource(fault: Fault, { address, port }: { address: string; port: number }): Fault {
  const { code, why, cause } = fault
  const context = { source: formatHostPort(address, port) }
  return new Fault(code, { ...(why === undefined ? {} : { why }), cause, context })
}
