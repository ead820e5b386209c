/**
 * The connection that carries the sessions of a mux, in both roles: frames in, frames out.
 *
 * Mux.Cool has no flow control (protocol §5.4). What a session's reader does not take waits here, up to
 * 256 KiB for a session and 2 MiB for the carrier; beyond that the carrier is not read, which holds up all
 * its sessions, until there is less.
 */
import type { Destination } from '../address/destination.js'
import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import { asFault, Fault } from '../faults/fault.js'
import { encodeFrameHead, MOST_DATA_BYTES, MOST_METADATA_BYTES, type MuxFrame } from '../mux/frame.js'
import { MuxFrameDecoder, type ReceivedFrame } from '../mux/frame-decoder.js'

/** What a carrier hands the frames of one session to. */
export interface MuxSession {
  /** Data of the session, never empty. `peer`: see `MuxFrame`. */
  onFrame(data: Uint8Array, lender: Lender, peer?: Destination): void
  /** The far end said End. */
  onPeerEnd(failed: boolean): void
  /** After a send answered false: there is room again. */
  onRoom(): void
  /** The carrier is gone, and the session with it. */
  onCarrierClose(fault: Fault): void
}

export type NewFrame = Extract<MuxFrame, { status: 'new' }>

export interface MuxCarrierHandler {
  /** The far end opens a session; it has to be added before this returns, or refused. */
  onNew(frame: NewFrame): void
  /** A session is gone. */
  onRemove(): void
  /** Once, last of all. */
  onClose(fault?: Fault): void
}

/** Most that one session may have waiting, and all of them together, before the carrier is not read. */
export const SESSION_BACKLOG_BYTES = 256 * 1024
export const CARRIER_BACKLOG_BYTES = 2 * 1024 * 1024
/**
 * Four of these are one read of a socket: with their heads they leave in one write, as one chunk of a VMess body
 * (protocol §4.7), in which the far end finds all four whole.
 */
const STREAM_DATA_BYTES = 16_356
const KEEP_HEAD_BYTES = 8
/** Frames of a stream that leave in one write. */
const FRAMES_PER_WRITE = 4

/** Frames are put together here and lent to the connection; each write is over before the next. */
const scratch = new Uint8Array(2 + MOST_METADATA_BYTES + 2 + MOST_DATA_BYTES)
const scratchLender: Lender = { keep: (bytes) => new Uint8Array(bytes) }
/** Lends memory that is the borrower's anyway. */
const ownLender: Lender = { keep: (bytes) => bytes }

export class MuxCarrier implements ConnectionHandler {
  readonly #connection: Connection
  readonly #handler: MuxCarrierHandler
  readonly #decoder = new MuxFrameDecoder()
  readonly #sessions = new Map<number, MuxSession>()
  readonly #waiting = new Set<MuxSession>()
  /** Sessions that must be told that they are not known, once there is room for it. */
  readonly #refused = new Map<number, boolean>()
  #room = true
  #backlog = 0
  /** Sessions whose backlog is over the limit. */
  #overfull = 0
  #paused = false
  #ending = false
  #closed = false

  constructor(connection: Connection, handler: MuxCarrierHandler) {
    this.#connection = connection
    this.#handler = handler
  }

  /** Begins to read. */
  start(): void {
    this.#connection.start(this)
  }

  get remote(): Endpoint {
    return this.#connection.remote
  }

  get local(): Endpoint {
    return this.#connection.local
  }

  get unsent(): number {
    return this.#connection.unsent
  }

  /** Open sessions. */
  get size(): number {
    return this.#sessions.size
  }

  /** Whether it is being read; false while some session does not keep up. */
  get flowing(): boolean {
    return !this.#paused
  }

  /** Neither closed nor about to be. */
  get open(): boolean {
    return !this.#closed && !this.#ending
  }

  has(id: number): boolean {
    return this.#sessions.has(id)
  }

  add(id: number, session: MuxSession): void {
    this.#sessions.set(id, session)
    if (this.open) return
    queueMicrotask(() => {
      this.#loseSessions(new Fault('MUX_CARRIER_ENDED'))
    })
  }

  remove(id: number, session: MuxSession): void {
    this.#waiting.delete(session)
    if (this.#sessions.get(id) !== session) return
    this.#sessions.delete(id)
    if (!this.#closed) this.#handler.onRemove()
  }

  /**
   * Sends one frame with its data, at most 65 535 bytes, which are borrowed for the call. False asks to
   * stop until `onRoom`, which `session` will then be told.
   */
  send(frame: MuxFrame, data?: Uint8Array, session?: MuxSession): boolean {
    const head = encodeFrameHead(frame, data?.length)
    scratch.set(head)
    if (data !== undefined) scratch.set(data, head.length)
    return this.#write(head.length + (data?.length ?? 0), session)
  }

  /** Sends bytes of a stream in as many frames as it takes. Otherwise as `send`. */
  sendStream(id: number, bytes: Uint8Array, session: MuxSession): boolean {
    let ready = true
    for (let at = 0; at < bytes.length; ) {
      let length = 0
      for (let i = 0; i < FRAMES_PER_WRITE && at < bytes.length; i++) {
        const part = bytes.subarray(at, at + STREAM_DATA_BYTES)
        scratch.set(encodeFrameHead({ status: 'keep', id }, part.length), length)
        scratch.set(part, length + KEEP_HEAD_BYTES)
        length += KEEP_HEAD_BYTES + part.length
        at += part.length
      }
      ready = this.#write(length, session)
    }
    return ready
  }

  /** Whether a datagram would be sent at once rather than wait. */
  get hasRoom(): boolean {
    return this.#room
  }

  /** Answers for a session that is not there. */
  refuse(id: number, failed: boolean): void {
    if (this.#room) this.send({ status: 'end', id, failed })
    else this.#refused.set(id, failed)
  }

  /** A session's backlog has changed its length. */
  backlogChanged(before: number, after: number): void {
    this.#backlog += after - before
    this.#overfull += Number(after > SESSION_BACKLOG_BYTES) - Number(before > SESSION_BACKLOG_BYTES)
    const full = this.#overfull > 0 || this.#backlog > CARRIER_BACKLOG_BYTES
    if (full === this.#paused || this.#closed) return
    this.#paused = full
    if (full) this.#connection.pause()
    else this.#connection.resume()
  }

  /** Ends it after what was sent; sessions that are still open are lost. The second call does not wait. */
  close(): void {
    if (this.#ending) this.#connection.abort()
    this.#ending = true
    this.#connection.end()
    this.#loseSessions(new Fault('MUX_CARRIER_ENDED'))
  }

  abort(cause?: Fault): void {
    this.#connection.abort(cause)
  }

  onData(bytes: Uint8Array, lender: Lender): void {
    if (!this.open) return
    try {
      this.#decoder.receive(bytes)
      for (let found = this.#decoder.next(); found !== undefined; found = this.#decoder.next()) {
        this.#receive(found, found.borrowed ? lender : ownLender)
        if (!this.open) return
      }
    } catch (error) {
      this.#ending = true
      this.#connection.abort(asFault(error))
    }
  }

  onEnd(): void {
    if (this.open) {
      try {
        this.#decoder.finish()
      } catch (error) {
        this.#connection.abort(asFault(error))
        return
      }
    }
    this.#loseSessions(new Fault('MUX_CARRIER_ENDED'))
    this.#ending = true
    this.#connection.end()
  }

  onDrain(): void {
    this.#room = true
    for (const [id, failed] of this.#refused) {
      if (!this.#room) return
      this.#refused.delete(id)
      this.refuse(id, failed)
    }
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const session of waiting) session.onRoom()
  }

  onClose(fault?: Fault): void {
    this.#closed = true
    this.#loseSessions(fault ?? new Fault('MUX_CARRIER_ENDED'))
    this.#refused.clear()
    this.#handler.onClose(fault)
  }

  #receive({ frame, data }: ReceivedFrame, lender: Lender): void {
    switch (frame.status) {
      case 'new':
        this.#handler.onNew(frame)
        if (data.length > 0) this.#sessions.get(frame.id)?.onFrame(data, lender)
        return
      case 'keep': {
        const session = this.#sessions.get(frame.id)
        if (session === undefined) this.refuse(frame.id, false)
        else if (data.length > 0) session.onFrame(data, lender, frame.peer)
        return
      }
      case 'end':
        this.#sessions.get(frame.id)?.onPeerEnd(frame.failed)
        return
      case 'keep-alive':
        return
    }
  }

  #write(length: number, session: MuxSession | undefined): boolean {
    if (this.#closed || this.#ending) return true
    this.#room = this.#connection.write(scratch.subarray(0, length), scratchLender)
    if (!this.#room && session !== undefined) this.#waiting.add(session)
    return this.#room
  }

  #loseSessions(fault: Fault): void {
    this.#waiting.clear()
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    for (const session of sessions) session.onCarrierClose(fault)
  }
}
