import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import { asFault, Fault } from '../faults/fault.js'
import { Inbox, ownLender } from './inbox.js'
import { type CheckReply, ReplyReader } from './upgrade-client.js'
import {
  closeFrame,
  FrameReader,
  MESSAGE_BYTES,
  messageFrame,
  pongFrame,
  type WebSocketRole,
} from './websocket-frames.js'

/** An upgrade that is still to be asked for, since the first bytes are to travel with it. */
export interface Opening {
  /** The most bytes that the request takes along. */
  readonly limit: number
  /** The request with these bytes in it, none of them maybe. */
  encode(early: Uint8Array): Uint8Array
  readonly check: CheckReply
}

/** How long the request waits for first bytes; a VMess header comes after half of that at the latest. */
const GRACE_MS = 200
/** How long a peer that broke the rules may take to close after it was told. */
const FAREWELL_MS = 1_000
const NORMAL = 1000
const NO_BYTES = new Uint8Array(0)
/** A peer that pings without reading gets no more answers than this. */
const PONG_LIMIT = 64 * 1024

/**
 * A WebSocket as a connection; messages are cut as it comes, and their borders mean nothing.
 *
 * A close frame ends one direction, as far as RFC 6455 §5.5.1 lets it: we go on reading until the peer's
 * own. A peer that answers with its close frame at once, as v2ray does, has ended its side by that.
 */
export class WebSocketConnection implements Connection {
  readonly #inner: Connection
  readonly #role: WebSocketRole
  readonly #frames: FrameReader
  readonly #inbox: Inbox
  #opening: Opening | undefined
  #reply: ReplyReader | undefined
  #timer: NodeJS.Timeout | undefined
  /** Written while the answer to the upgrade was waited for. */
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #started = false
  #ended = false
  #innerEnded = false
  #endTold = false
  #failed = false
  /** Why we are leaving a peer that broke the rules. */
  #fault: Fault | undefined

  /** `inner` is paused and behind its upgrade, unless that is given as `opening`. */
  constructor(inner: Connection, role: WebSocketRole, opening?: Opening) {
    this.#inner = inner
    this.#role = role
    this.#opening = opening
    if (opening !== undefined) this.#timer = setTimeout(() => this.#open(NO_BYTES), GRACE_MS)
    const source = { pause: () => this.#pauseInner(), resume: () => inner.resume() }
    this.#inbox = new Inbox(source, () => {
      this.#endTold = true
      this.#settle()
    })
    this.#frames = new FrameReader(role, {
      onMessage: (payload) => this.#inbox.data(payload, ownLender),
      onPing: (payload) => this.#pong(payload),
      onClose: (fault) => {
        if (fault === undefined) this.#inbox.end()
        else this.abort(fault)
      },
      onFault: (fault, code) => this.#leave(fault, code),
    })
  }

  get remote(): Endpoint {
    return this.#inner.remote
  }

  get local(): Endpoint {
    return this.#inner.local
  }

  get unsent(): number {
    return this.#inner.unsent + this.#waitingBytes
  }

  start(handler: ConnectionHandler): void {
    this.#startInner()
    this.#inbox.start(handler)
  }

  pause(): void {
    this.#inbox.pause()
  }

  resume(): void {
    this.#inbox.resume()
  }

  unread(bytes: Uint8Array): void {
    this.#inbox.unread(bytes)
  }

  write(bytes: Uint8Array, lender?: Lender): boolean {
    if (this.#ended || this.#failed || bytes.length === 0) return true
    if (this.#opening !== undefined) {
      const early = bytes.subarray(0, this.#opening.limit)
      this.#open(early)
      if (early.length < bytes.length) this.#hold(bytes.subarray(early.length), lender)
      return false
    }
    if (this.#reply !== undefined) {
      this.#hold(bytes, lender)
      return false
    }
    return this.#send(bytes, lender)
  }

  end(): void {
    if (this.#ended || this.#failed) return
    this.#ended = true
    if (this.#opening !== undefined) this.#open(NO_BYTES)
    if (this.#reply === undefined) this.#sayEnd()
  }

  abort(cause?: Fault): void {
    this.#failed = true
    this.#frames.stop()
    clearTimeout(this.#timer)
    this.#inner.abort(cause)
  }

  #startInner(): void {
    if (this.#started) return
    this.#started = true
    this.#inner.start({
      onData: (bytes, lender) => this.#receive(bytes, lender),
      onEnd: () => this.#transportEnded(),
      onDrain: () => {
        if (this.#reply === undefined) this.#inbox.drained()
      },
      onClose: (fault) => {
        this.#failed = true
        clearTimeout(this.#timer)
        this.#inbox.close(fault)
      },
    })
  }

  /** Tells the peer what is wrong, and gives it a moment to read that. */
  #leave(fault: Fault, code: number): void {
    if (!this.#ended) this.#inner.write(closeFrame(code, this.#role))
    this.#failed = true
    this.#fault = fault
    this.#timer = setTimeout(() => this.abort(fault), FAREWELL_MS)
    this.#inner.end()
    this.#inner.resume()
  }

  /** While an answer is awaited it is read whatever the reader wants: writing depends on it. */
  #pauseInner(): void {
    if (this.#reply === undefined && this.#fault === undefined) this.#inner.pause()
  }

  #receive(bytes: Uint8Array, lender: Lender): void {
    if (this.#failed) return
    if (this.#reply === undefined) this.#frames.receive(lender.keep(bytes))
    else this.#receiveReply(this.#reply, bytes)
  }

  #receiveReply(reply: ReplyReader, bytes: Uint8Array): void {
    let rest: Uint8Array | undefined
    try {
      rest = reply.receive(bytes)
    } catch (error) {
      this.abort(asFault(error))
      return
    }
    if (rest === undefined) return
    this.#reply = undefined
    if (this.#inbox.paused) this.#inner.pause()
    for (const piece of this.#waiting) this.#send(piece)
    this.#waiting = []
    this.#waitingBytes = 0
    if (this.#ended) this.#sayEnd()
    else this.#inbox.drained()
    this.#frames.receive(rest)
  }

  #transportEnded(): void {
    if (this.#fault !== undefined) {
      this.abort(this.#fault)
      return
    }
    if (this.#reply !== undefined) {
      this.abort(
        new Fault('TRANSPORT_UPGRADE', { why: 'the server closed the connection instead of answering' }),
      )
      return
    }
    // Without a close frame it is an end all the same: not every peer and proxy sends one.
    this.#innerEnded = true
    this.#inbox.end()
    this.#settle()
  }

  #open(early: Uint8Array): void {
    const opening = this.#opening
    if (opening === undefined) return
    this.#opening = undefined
    clearTimeout(this.#timer)
    this.#reply = new ReplyReader(opening.check)
    this.#inner.write(opening.encode(early))
    this.#startInner()
    this.#inner.resume()
  }

  #hold(bytes: Uint8Array, lender: Lender | undefined): void {
    this.#waiting.push(lender === undefined ? bytes : lender.keep(bytes))
    this.#waitingBytes += bytes.length
  }

  #send(bytes: Uint8Array, lender?: Lender): boolean {
    let room = true
    for (let at = 0; at < bytes.length; at += MESSAGE_BYTES) {
      room = this.#sendMessage(bytes.subarray(at, at + MESSAGE_BYTES), lender)
    }
    return room
  }

  #sendMessage(payload: Uint8Array, lender: Lender | undefined): boolean {
    const [head, body] = messageFrame(payload, { role: this.#role, owned: lender === undefined })
    this.#inner.write(head)
    // What a client masked is ours; a server's payload is as it was given.
    return this.#inner.write(body, this.#role === 'client' ? undefined : lender)
  }

  #pong(payload: Buffer): void {
    if (!this.#ended && this.#inner.unsent < PONG_LIMIT) this.#inner.write(pongFrame(payload, this.#role))
  }

  #sayEnd(): void {
    this.#inner.write(closeFrame(NORMAL, this.#role))
    this.#settle()
  }

  /** Both directions are over, or the peer is gone altogether: the connection below may end too. */
  #settle(): void {
    if (this.#endTold && (this.#ended || this.#innerEnded) && this.#reply === undefined) this.#inner.end()
  }
}
