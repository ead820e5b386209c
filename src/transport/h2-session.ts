/**
 * An HTTP/2 session of either role under guard: how many streams it has, why it ended, and the limits
 * beyond which it does. Node and nghttp2 bound its memory; what they let pass is counted here.
 */
import { type ClientHttp2Session, constants, type ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { Endpoint } from '../contracts/connection.js'
import { Fault } from '../faults/fault.js'
import type { StreamOwner } from './h2-connection.js'
import { goawayFault, h2ErrorFault } from './h2-faults.js'
import { Traffic } from './h2-traffic.js'

/** The period of {@link GuardedSession.onBeat}. */
export const BEAT_MS = 5_000

/** Beats that a peer may take for its first SETTINGS, and for its part in closing. */
const GREETING_BEATS = 3
const FAREWELL_BEATS = 2
/** Quiet beats before we ask whether somebody is there, and those before we give up. */
const PING_BEATS = 3
const DEAD_BEATS = 6

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR } = constants

export interface GuardOptions {
  readonly socket: Socket
  /** Beats that a session without streams is kept. */
  readonly idleBeats: number
  /** Whether a session without streams is asked for a sign of life; grpc-go's servers resent that. */
  readonly asksWhenIdle: boolean
  /** Unread bytes that one stream may make us hold: as much may come after it is gone. */
  readonly streamWindow: number
  /** Called once, when it is gone and `fault` is final. */
  readonly onClosed: () => void
}

type Session = ClientHttp2Session | ServerHttp2Session

export class GuardedSession<S extends Session = Session> implements StreamOwner {
  readonly session: S
  readonly remote: Endpoint
  readonly local: Endpoint
  readonly #socket: Socket
  readonly #idleBeats: number
  readonly #asksWhenIdle: boolean
  readonly #streamWindow: number
  readonly #traffic: Traffic
  #streams = 0
  #fault: Fault | undefined
  #greeted = false
  #leaving = false
  #quietBeats = 0
  #answered = false

  constructor(session: S, { socket, idleBeats, asksWhenIdle, streamWindow, onClosed }: GuardOptions) {
    this.session = session
    this.#socket = socket
    this.#idleBeats = idleBeats
    this.#asksWhenIdle = asksWhenIdle
    this.#streamWindow = streamWindow
    this.#traffic = new Traffic(socket)
    // Asked now: a socket that is gone no longer knows.
    this.remote = endpoint(socket.remoteAddress, socket.remotePort)
    this.local = endpoint(socket.localAddress, socket.localPort)
    this.#listen(onClosed)
  }

  #listen(onClosed: () => void): void {
    const { session } = this
    session.on('error', (error: Error) => {
      this.#fault ??= h2ErrorFault(error)
    })
    session.on('goaway', (code: number) => {
      this.#leaving = true
      if (code !== NGHTTP2_NO_ERROR) this.#fault ??= goawayFault(code)
    })
    // Behind the error, if there is one, which the close of the socket is not.
    session.on('close', () => {
      this.#leaving = true
      onClosed()
    })
    session.on('ping', () => {
      this.#endIfFlooded(this.#traffic.control('PING'))
    })
    session.on('remoteSettings', () => {
      this.#greeted = true
      this.#endIfFlooded(this.#traffic.control('SETTINGS'))
    })
    // A peer that ends its side of the socket has left, and takes its streams along: HTTP/2 ends those
    // one by one. Our sockets allow half-open, so nobody else closes this one.
    this.#socket.once('end', () => {
      if (!session.destroyed) session.destroy()
      // What the session still had to write may never be done, and it would wait for that.
      this.#socket.destroy()
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
    // The beats of rest before it say nothing about the silence that it may meet.
    if (this.#streams++ === 0) this.#quietBeats = 0
    this.#traffic.streamOpened()
  }

  /** `wasted`: the peer reset it before we had sent anything on it. */
  streamClosed(wasted: boolean): void {
    this.#streams--
    this.#quietBeats = 0
    if (wasted) this.#endIfFlooded(this.#traffic.wasted())
  }

  received(bytes: number): void {
    this.#traffic.received(bytes)
  }

  abandoned(): void {
    this.#traffic.abandoned(this.#streamWindow)
  }

  /** Takes no new streams, and ends with the last one. */
  leave(): void {
    this.#leaving = true
    this.#quietBeats = 0
    if (!this.session.destroyed) this.session.close()
  }

  /** Ends it and all its streams now. */
  end(fault: Fault | undefined, code: number = NGHTTP2_NO_ERROR): void {
    if (this.session.destroyed) return
    this.#fault ??= fault
    this.#leaving = true
    this.session.destroy(undefined, code)
  }

  onBeat(): void {
    const quiet = this.#traffic.onBeat()
    this.#endIfFlooded(this.#traffic.flood)
    if (this.leaving) this.#hurryFarewell()
    else if (!this.#greeted) this.#hurryGreeting()
    else if (this.#streams === 0) this.#rest()
    else this.#listenForLife(quiet)
  }

  #hurryGreeting(): void {
    if (++this.#quietBeats > GREETING_BEATS) this.#giveUp(`no SETTINGS within ${seconds(GREETING_BEATS)}`)
  }

  /** A peer that does not close its side of the socket after us. */
  #hurryFarewell(): void {
    if (this.#streams === 0 && ++this.#quietBeats > FAREWELL_BEATS) this.#socket.destroy()
  }

  /**
   * nghttp2 stops listening to a peer that broke the rules badly without telling Node: such a session
   * shows in that it does not answer.
   */
  #rest(): void {
    this.#quietBeats++
    if (this.#quietBeats > this.#idleBeats) this.leave()
    else if (this.#asksWhenIdle) this.#ask()
  }

  /**
   * Asks only when something was sent and nothing came back for a while: grpc-go ends sessions whose
   * client asks often.
   */
  #listenForLife(quiet: boolean): void {
    this.#quietBeats = quiet ? this.#quietBeats + 1 : 0
    if (quiet) this.#ask()
  }

  #ask(): void {
    if (this.#quietBeats === PING_BEATS) {
      this.#answered = false
      this.session.ping((error) => {
        if (error === null) this.#answered = true
      })
    }
    if (this.#quietBeats < DEAD_BEATS || this.#answered) return
    this.#giveUp(`nothing came for ${seconds(DEAD_BEATS)}, not even to a PING`)
  }

  #giveUp(why: string): void {
    this.end(new Fault('TRANSPORT_H2_SILENT', { why }))
    this.#socket.destroy()
  }

  #endIfFlooded(why: string | undefined): void {
    if (why !== undefined) this.end(new Fault('TRANSPORT_H2_FLOOD', { why }), NGHTTP2_ENHANCE_YOUR_CALM)
  }
}

function seconds(beats: number): string {
  return `${(beats * BEAT_MS) / 1000} s`
}

function endpoint(address = '', port = 0): Endpoint {
  const mapped = address.startsWith('::ffff:') && address.includes('.')
  return { address: mapped ? address.slice('::ffff:'.length) : address, port }
}
