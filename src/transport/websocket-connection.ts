import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import { asFault, Fault } from '../faults/fault.js'
import { systemRandom } from '../ports/ports.js'
import {
  encodeControl,
  encodeMessages,
  KEY_BYTES,
  MESSAGE_BYTES,
  OPCODE,
  type WebSocketRole,
} from '../websocket/frame.js'
import { WebSocketDecoder, type WebSocketEvent } from '../websocket/frame-decoder.js'
import { Inbox, ownLender } from './inbox.js'
import { type CheckReply, ReplyReader } from './upgrade-client.js'
import { type Gathering, gather } from './delivery.js'

/** An upgrade that is still to be asked for, since the first bytes are to travel with it. */
export interface Opening {
  /** The most bytes that the request takes along. */
  readonly limit: number
  /** The request with these bytes in it, none of them maybe. */
  encode(early: Uint8Array): Uint8Array
  readonly check: CheckReply
}

/** Gathered bytes from which a part leaves before the delivery ends. */
const GATHER_BYTES = 2 * MESSAGE_BYTES
/** How long the request waits for first bytes; a VMess header comes after half of that at the latest. */
const GRACE_MS = 200
/** How long a peer that broke the rules may take to close after it was told. */
const FAREWELL_MS = 1_000
const NORMAL = 1000
/** Close codes after which nothing is wrong: normal, going away, and none given. */
const ORDERLY: readonly number[] = [NORMAL, 1001, 1005]
const NO_BYTES = new Uint8Array(0)
/** A peer that pings without reading gets no more answers than this. */
const PONG_LIMIT = 64 * 1024

const makeKey = (): Uint8Array => systemRandom(KEY_BYTES)

/**
 * A WebSocket as a connection; messages are cut as it comes, and their borders mean nothing.
 *
 * A close frame ends one direction, as far as RFC 6455 §5.5.1 lets it: we go on reading until the peer's
 * own. A peer that answers with its close frame at once, as v2ray does, has ended its side by that.
 */
export class WebSocketConnection implements Connection, Gathering {
  readonly #inner: Connection
  readonly #role: WebSocketRole
  readonly #decoder: WebSocketDecoder
  readonly #inbox: Inbox
  #opening: Opening | undefined
  #reply: ReplyReader | undefined
  #timer: NodeJS.Timeout | undefined
  /** Written while the answer to the upgrade was waited for. */
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  /** Written while a delivery runs, to leave as few messages when it ends. */
  #gathered: Uint8Array[] = []
  #gatheredBytes = 0
  #gathering = false
  /** Whether the connection below takes more. */
  #room = true
  #started = false
  #ended = false
  #innerEnded = false
  #endTold = false
  /** The peer's close frame has come. */
  #peerSaidEnd = false
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
    this.#decoder = new WebSocketDecoder(role)
  }

  get remote(): Endpoint {
    return this.#inner.remote
  }

  get local(): Endpoint {
    return this.#inner.local
  }

  get unsent(): number {
    return this.#inner.unsent + this.#waitingBytes + this.#gatheredBytes
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
    clearTimeout(this.#timer)
    this.#inner.abort(cause)
  }

  /** Without a close frame no end is one. */
  reset(cause?: Fault): void {
    this.abort(cause)
  }

  #startInner(): void {
    if (this.#started) return
    this.#started = true
    this.#inner.start({
      onData: (bytes, lender) => this.#receive(bytes, lender),
      onEnd: () => this.#transportEnded(),
      onDrain: () => {
        this.#room = true
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
    if (!this.#ended) this.#sendClose(code)
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
    if (this.#reply === undefined) this.#decode(bytes, lender)
    else this.#receiveReply(this.#reply, bytes)
  }

  /** Payload goes on where it lies, so that most of it is never copied here. */
  #decode(bytes: Uint8Array, lender: Lender): void {
    try {
      this.#decoder.receive(bytes)
      for (let event = this.#decoder.next(); event !== undefined; event = this.#decoder.next()) {
        this.#take(event, lender)
        if (this.#failed) return
      }
    } catch (error) {
      this.#leave(asFault(error), this.#decoder.closeCode)
    }
  }

  #take(event: WebSocketEvent, lender: Lender): void {
    switch (event.kind) {
      case 'data':
        this.#inbox.data(event.bytes, lender)
        return
      case 'ping':
        this.#pong(event.payload)
        return
      case 'pong':
        return
      case 'close':
        this.#peerSaidEnd = true
        if (ORDERLY.includes(event.code)) this.#inbox.end()
        else this.abort(new Fault('TRANSPORT_WEBSOCKET', { why: `closed with ${event.code}` }))
    }
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
    const waiting = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    for (const piece of waiting) this.#send(piece)
    if (this.#ended) this.#sayEnd()
    else this.#inbox.drained()
    this.#decode(rest, ownLender)
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
    this.#innerEnded = true
    if (!this.#peerSaidEnd) {
      this.abort(new Fault('TRANSPORT_RESET', { why: 'the WebSocket ended without a close frame' }))
      return
    }
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
    this.#gathered.push(lender === undefined ? bytes : lender.keep(bytes))
    this.#gatheredBytes += bytes.length
    if (!this.#gathering && gather(this)) this.#gathering = true
    if (!this.#gathering || this.#gatheredBytes >= GATHER_BYTES) this.#sendGathered()
    return this.#room
  }

  /** For the delivery that gathers our writes. */
  flush(): void {
    this.#gathering = false
    this.#sendGathered()
  }

  #sendGathered(): void {
    if (this.#gatheredBytes === 0) return
    const pieces = this.#gathered
    this.#gathered = []
    this.#gatheredBytes = 0
    if (this.#failed) return
    for (const piece of encodeMessages(pieces, this.#role, makeKey)) this.#room = this.#inner.write(piece)
  }

  #pong(payload: Uint8Array): void {
    if (this.#ended || this.#inner.unsent >= PONG_LIMIT) return
    this.#inner.write(encodeControl({ opcode: OPCODE.pong, payload }, this.#role, makeKey))
  }

  #sendClose(code: number): void {
    this.#sendGathered()
    const payload = Uint8Array.of(code >>> 8, code & 0xff)
    this.#inner.write(encodeControl({ opcode: OPCODE.close, payload }, this.#role, makeKey))
  }

  #sayEnd(): void {
    this.#sendClose(NORMAL)
    this.#settle()
  }

  /** Both directions are over, or the peer is gone altogether: the connection below may end too. */
  #settle(): void {
    if (this.#endTold && (this.#ended || this.#innerEnded) && this.#reply === undefined) this.#inner.end()
  }
}
