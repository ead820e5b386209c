/**
 * An HTTP/2 session of either role under guard: how many streams it has, why it ended, and the limits
 * beyond which it does. Node and nghttp2 bound its memory; what they let pass is counted here.
 */
import { constants, type ClientHttp2Session, type ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { Endpoint } from '../contracts/connection.js'
import { Fault } from '../faults/fault.js'
import { goawayFault, h2ErrorFault } from './h2-faults.js'

/** The period of {@link GuardedSession.onBeat}. */
export const BEAT_MS = 5_000

/** Beats that a peer may take for its first SETTINGS, and for its part in closing. */
const GREETING_BEATS = 3
const FAREWELL_BEATS = 2
/** Beats with bytes sent and none received before we ask whether somebody is there; and until we give up. */
const PING_BEATS = 3
const DEAD_BEATS = 6
/** Streams in one beat that a client may open and reset before we ever answered. */
const MOST_WASTED = 200
/** PING, SETTINGS and PRIORITY frames in one beat, unless bytes worth the trouble came between. */
const MOST_CONTROLS = 1_000
const WORTH_BYTES = 64 * 1024

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR } = constants

export interface GuardOptions {
  readonly socket: Socket
  /** Beats that a session without streams is kept. */
  readonly idleBeats: number
  /** Called once, when its socket is gone. */
  readonly onClosed: () => void
}

type Session = ClientHttp2Session | ServerHttp2Session

export class GuardedSession<S extends Session = Session> {
  readonly session: S
  readonly remote: Endpoint
  readonly local: Endpoint
  readonly #socket: Socket
  readonly #idleBeats: number
  #streams = 0
  #fault: Fault | undefined
  #greeted = false
  #leaving = false
  #quietBeats = 0
  #silentBeats = 0
  #wasted = 0
  #controls = 0
  #worthMark = 0
  #lastRead = 0
  #lastWritten = 0

  constructor(session: S, { socket, idleBeats, onClosed }: GuardOptions) {
    this.session = session
    this.#socket = socket
    this.#idleBeats = idleBeats
    // Asked now: a socket that is gone no longer knows.
    this.remote = endpoint(socket.remoteAddress, socket.remotePort)
    this.local = endpoint(socket.localAddress, socket.localPort)
    this.#listen()
    if (socket.destroyed) queueMicrotask(onClosed)
    else socket.once('close', onClosed)
  }

  #listen(): void {
    const { session } = this
    session.on('error', (error: Error) => {
      this.#fault ??= h2ErrorFault(error)
    })
    session.on('goaway', (code: number) => {
      this.#leaving = true
      if (code !== NGHTTP2_NO_ERROR) this.#fault ??= goawayFault(code)
    })
    session.on('close', () => {
      this.#leaving = true
    })
    session.on('ping', () => {
      this.#countControl('PING')
    })
    session.on('remoteSettings', () => {
      this.#greeted = true
      this.#countControl('SETTINGS')
    })
    // A peer that ends its side of the socket has left, and takes its streams along: HTTP/2 ends those
    // one by one. Our sockets allow half-open, so nobody else closes this one.
    this.#socket.once('end', () => {
      if (!session.destroyed) session.destroy()
    })
  }

  /** Why it ended; undefined while it lives, and when nothing was wrong. */
  get fault(): Fault | undefined {
    return this.#fault
  }

  get streams(): number {
    return this.#streams
  }

  /** Whether the peer's SETTINGS have come. */
  get greeted(): boolean {
    return this.#greeted
  }

  /** Whether it takes no new streams. */
  get leaving(): boolean {
    return this.#leaving || this.session.closed || this.session.destroyed
  }

  streamOpened(): void {
    this.#streams++
    this.#quietBeats = 0
  }

  /** `wasted`: the peer reset it before we had sent anything on it. */
  streamClosed(wasted: boolean): void {
    this.#streams--
    if (wasted && ++this.#wasted > MOST_WASTED) {
      this.#flooded(`more than ${MOST_WASTED} streams opened and reset within ${BEAT_MS / 1000} s`)
    }
  }

  /** Takes no new streams, and ends with the last one. */
  leave(): void {
    this.#leaving = true
    if (!this.session.destroyed) this.session.close()
  }

  /** Ends it and all its streams now. */
  end(fault: Fault | undefined, code: number = NGHTTP2_NO_ERROR): void {
    this.#fault ??= fault
    this.#leaving = true
    if (!this.session.destroyed) this.session.destroy(undefined, code)
  }

  onBeat(): void {
    this.#wasted = 0
    this.#controls = 0
    if (this.leaving) this.#hurryFarewell()
    else if (!this.#greeted) this.#hurryGreeting()
    else if (this.#streams === 0) this.#rest()
    else this.#listenForLife()
  }

  #hurryGreeting(): void {
    if (++this.#quietBeats <= GREETING_BEATS) return
    const seconds = (GREETING_BEATS * BEAT_MS) / 1000
    this.end(new Fault('TRANSPORT_H2_SILENT', { why: `no SETTINGS within ${seconds} s` }))
    this.#socket.destroy()
  }

  /** A peer that does not close its side of the socket after us. */
  #hurryFarewell(): void {
    if (this.#streams === 0 && ++this.#quietBeats > FAREWELL_BEATS) this.#socket.destroy()
  }

  #rest(): void {
    if (++this.#quietBeats <= this.#idleBeats) return
    this.#quietBeats = 0
    this.leave()
  }

  /**
   * Asks only when bytes were sent and nothing came back for a while: grpc-go ends sessions whose client
   * asks often.
   */
  #listenForLife(): void {
    this.#quietBeats = 0
    const { bytesRead, bytesWritten } = this.#socket
    const waiting = this.#silentBeats > 0 || bytesWritten !== this.#lastWritten
    const heard = bytesRead !== this.#lastRead
    this.#lastRead = bytesRead
    this.#lastWritten = bytesWritten
    this.#silentBeats = heard || !waiting ? 0 : this.#silentBeats + 1
    if (this.#silentBeats === PING_BEATS) this.session.ping(() => undefined)
    if (this.#silentBeats < DEAD_BEATS) return
    const seconds = (DEAD_BEATS * BEAT_MS) / 1000
    this.end(new Fault('TRANSPORT_H2_SILENT', { why: `nothing came for ${seconds} s, not even to a PING` }))
    this.#socket.destroy()
  }

  #countControl(frame: string): void {
    const { bytesRead } = this.#socket
    if (bytesRead - this.#worthMark > WORTH_BYTES) {
      this.#worthMark = bytesRead
      this.#controls = 0
    }
    if (++this.#controls <= MOST_CONTROLS) return
    this.#flooded(`more than ${MOST_CONTROLS} control frames within ${BEAT_MS / 1000} s, the last a ${frame}`)
  }

  #flooded(why: string): void {
    this.end(new Fault('TRANSPORT_H2_FLOOD', { why }), NGHTTP2_ENHANCE_YOUR_CALM)
  }
}

function endpoint(address = '', port = 0): Endpoint {
  const mapped = address.startsWith('::ffff:') && address.includes('.')
  return { address: mapped ? address.slice('::ffff:'.length) : address, port }
}
