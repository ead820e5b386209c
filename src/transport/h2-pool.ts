/** The connecting side of HTTP/2: sessions that many connections share. */
import { connect as connectH2, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { Connection } from '../contracts/connection.js'
import type { Address, ConnectOptions } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import type { Ticker } from '../ports/ports.js'
import { carrierOf } from './h2-carrier.js'
import { H2Connection } from './h2-connection.js'
import { h2ErrorFault } from './h2-faults.js'
import type { ResponseHeaders, StreamForm } from './h2-form.js'
import { type H2Attempt, RefusableConnection } from './h2-refusable.js'
import { BEAT_MS, GuardedSession } from './h2-session.js'
import { abortReason, describe, openSocket } from './sockets.js'
import type { Tls } from './tls-layer.js'

/** Unread bytes that one stream may make us hold; Go's clients take as much. */
const STREAM_WINDOW = 4 * 1024 * 1024
const SESSION_WINDOW = 16 * 1024 * 1024
const MOST_SESSION_MEMORY = 256
/** Streams in one session, whatever the server allows: they share one path through the network. */
const MOST_STREAMS = 256
/** The same before the server has said what it allows. */
const FIRST_STREAMS = 100
/** Turns of the event loop from a socket that can be read to the session above: TLS and a stream take some. */
const TURNS_OF_AN_END = 4
/** Half a minute. */
const IDLE_BEATS = 6

const SESSION_OPTIONS = {
  settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
  maxSessionMemory: MOST_SESSION_MEMORY,
}

export interface H2PoolOptions {
  readonly form: StreamForm
  readonly tls: Tls | undefined
  readonly ticker: Ticker
}

type Guarded = GuardedSession<ClientHttp2Session>

/** A session that is being opened, and those who wait for it. */
interface Opening {
  readonly session: Promise<Guarded>
  readonly abort: AbortController
  waiters: number
}

export class H2Pool {
  readonly #options: H2PoolOptions
  readonly #sessions = new Map<string, Set<Guarded>>()
  readonly #openings = new Map<string, Opening>()
  #stopBeat: (() => void) | undefined

  constructor(options: H2PoolOptions) {
    this.#options = options
  }

  /**
   * A connection on a session to that address. It is there before the server has answered, so that the
   * first bytes travel with the request; an answer other than 200 aborts it, with `TRANSPORT_H2_STATUS`.
   * When the server refuses the request because it leaves, it is asked again on another session.
   */
  async connect(address: Address, options: ConnectOptions): Promise<Connection> {
    const first = await this.#ask(address, options)
    return new RefusableConnection(first, (signal) => this.#ask(address, { ...options, signal }))
  }

  async #ask(address: Address, options: ConnectOptions): Promise<H2Attempt> {
    const { signal } = options
    if (signal.aborted) throw abortReason(signal)
    const key = `${describe(address)} ${options.localAddress ?? ''}`
    // Lets a session's end that has arrived already be read first.
    for (let turn = 0; turn < TURNS_OF_AN_END; turn++) await new Promise(setImmediate)
    for (;;) {
      if (signal.aborted) throw abortReason(signal)
      const session = this.#sessionWithRoom(key)
      if (session !== undefined) return this.#request(session, address, options)
      await this.#opened(key, address, options)
    }
  }

  /** Ends the sessions that carry nothing; the others when their last stream ends. */
  close(): void {
    for (const opening of this.#openings.values()) opening.abort.abort(new Fault('DIAL_ABORTED'))
    for (const sessions of this.#sessions.values()) for (const session of sessions) session.leave()
  }

  #sessionWithRoom(key: string): Guarded | undefined {
    for (const session of this.#sessions.get(key) ?? []) {
      if (!session.leaving && session.streams < roomOf(session)) return session
    }
    return undefined
  }

  /** Waits until one more session is there, with others who want one. */
  async #opened(key: string, address: Address, options: ConnectOptions): Promise<void> {
    const opening = this.#openings.get(key) ?? this.#open(key, address, options.localAddress)
    opening.waiters++
    let giveUp: () => void = () => undefined
    const aborted = new Promise<never>((_, reject) => {
      giveUp = () => {
        reject(abortReason(options.signal))
      }
    })
    options.signal.addEventListener('abort', giveUp, { once: true })
    try {
      await Promise.race([opening.session, aborted])
    } finally {
      options.signal.removeEventListener('abort', giveUp)
      if (--opening.waiters === 0) opening.abort.abort(new Fault('DIAL_ABORTED'))
    }
  }

  #open(key: string, address: Address, localAddress: string | undefined): Opening {
    const { tls } = this.#options
    const abort = new AbortController()
    const session = openSocket({ address, tls, signal: abort.signal, localAddress })
      .then((socket) => this.#adopt(key, socket, address))
      .finally(() => {
        this.#openings.delete(key)
      })
    // Who waited has its own promise; here nobody may be left.
    session.catch(() => undefined)
    const opening = { session, abort, waiters: 0 }
    this.#openings.set(key, opening)
    return opening
  }

  #adopt(key: string, socket: Socket, address: Address): Guarded {
    assertAlpn(socket, address)
    const session = connectH2(this.#options.tls === undefined ? 'http://host' : 'https://host', {
      ...SESSION_OPTIONS,
      createConnection: () => carrierOf(socket),
    })
    const guarded: Guarded = new GuardedSession(session, {
      socket,
      idleBeats: IDLE_BEATS,
      asksWhenIdle: false,
      streamWindow: STREAM_WINDOW,
      onClosed: () => {
        this.#forget(key, guarded)
      },
    })
    session.setLocalWindowSize(SESSION_WINDOW)
    const sessions = this.#sessions.get(key) ?? new Set()
    this.#sessions.set(key, sessions.add(guarded))
    this.#stopBeat ??= this.#options.ticker(BEAT_MS, () => {
      for (const each of this.#sessions.values()) for (const one of each) one.onBeat()
    })
    return guarded
  }

  #forget(key: string, session: Guarded): void {
    const sessions = this.#sessions.get(key)
    sessions?.delete(session)
    if (sessions?.size === 0) this.#sessions.delete(key)
    if (this.#sessions.size > 0) return
    this.#stopBeat?.()
    this.#stopBeat = undefined
  }

  #request(guarded: Guarded, address: Address, { tally }: ConnectOptions): H2Attempt {
    const { form, tls } = this.#options
    const headers = {
      ...form.requestHeaders(address, tls?.nameFor(address)),
      ':scheme': tls === undefined ? 'http' : 'https',
    }
    const stream = request(guarded.session, headers)
    guarded.streamOpened()
    // A session that waits for its next stream does not keep the process alive; its streams do.
    guarded.session.ref()
    stream.once('close', () => {
      guarded.streamClosed(false)
      if (guarded.streams === 0) guarded.session.unref()
    })
    const connection = new H2Connection(stream, {
      remote: guarded.remote,
      local: guarded.local,
      tally,
      framing: form.framing,
      session: guarded,
    })
    const check = (response: ResponseHeaders): void => {
      const fault = form.responseFault(response)
      if (fault !== undefined) connection.abort(fault)
    }
    let answered = false
    stream.once('response', (response) => {
      answered = true
      check(response)
    })
    stream.once('trailers', check)
    return {
      connection,
      get answered() {
        return answered
      },
      get refused() {
        return !answered && stream.rstCode === constants.NGHTTP2_REFUSED_STREAM
      },
    }
  }
}

function request(
  session: ClientHttp2Session,
  headers: Parameters<ClientHttp2Session['request']>[0],
): ClientHttp2Stream {
  try {
    return session.request(headers, { endStream: false })
  } catch (error) {
    throw h2ErrorFault(error as Error)
  }
}

function roomOf({ greeted, session }: Guarded): number {
  if (!greeted) return FIRST_STREAMS
  return Math.min(MOST_STREAMS, session.remoteSettings.maxConcurrentStreams ?? MOST_STREAMS)
}

function assertAlpn(socket: Socket, address: Address): void {
  if (!('alpnProtocol' in socket) || socket.alpnProtocol === 'h2') return
  const found = typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : 'nothing'
  socket.destroy()
  throw new Fault('TRANSPORT_H2_ALPN', { why: `${describe(address)} agreed on ${found}, not h2` })
}
