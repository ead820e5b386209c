/** What a session costs and what it is good for, beat by beat. */

/** Streams in one beat that a peer may open and reset before we ever sent anything on them. */
const MOST_WASTED = 200
/** PING and SETTINGS frames in one beat, unless that many bytes of bodies came between. */
const MOST_CONTROLS = 1_000
const WORTH_BYTES = 64 * 1024
/**
 * Bytes in one beat that were neither bodies nor requests. A peer that receives much sends many
 * WINDOW_UPDATEs, so that they also have to be more than a twentieth of what passed.
 */
const MOST_JUNK = 1024 * 1024
const JUNK_SHARE = 1 / 20
const FRAME_HEAD_BYTES = 9
/** What a request may take. */
const REQUEST_BYTES = 1024

/** The counters of a socket. */
export interface SocketCounts {
  readonly bytesRead: number
  readonly bytesWritten: number
}

/** Tells floods, in words for the log, and silence. */
export class Traffic {
  readonly #socket: SocketCounts
  #wasted = 0
  #controls = 0
  #worth = 0
  #received = 0
  #opened = 0
  /** What may still come for streams that are gone, in this beat and in the next. */
  #late = 0
  #lateBefore = 0
  #lastRead = 0
  #lastWritten = 0
  #waiting = false
  #flood: string | undefined

  constructor(socket: SocketCounts) {
    this.#socket = socket
  }

  /** What was wrong in the beat that is over. */
  get flood(): string | undefined {
    return this.#flood
  }

  /** Bytes of a body came, in one frame. */
  received(bytes: number): void {
    this.#received += FRAME_HEAD_BYTES + bytes
    this.#worth += bytes
    if (this.#worth < WORTH_BYTES) return
    this.#worth = 0
    this.#controls = 0
  }

  streamOpened(): void {
    this.#opened++
  }

  /** A stream ended here before its time, for which so many bytes may be on their way. */
  abandoned(window: number): void {
    this.#late += window
  }

  /** A stream was opened and reset for nothing. */
  wasted(): string | undefined {
    return ++this.#wasted > MOST_WASTED
      ? `more than ${MOST_WASTED} streams opened and reset within seconds`
      : undefined
  }

  /** A frame that carries nothing came. */
  control(frame: string): string | undefined {
    return ++this.#controls > MOST_CONTROLS
      ? `more than ${MOST_CONTROLS} control frames within seconds, the last a ${frame}`
      : undefined
  }

  /** Begins a new beat. True when something of ours waits for an answer and nothing came. */
  onBeat(): boolean {
    const { bytesRead, bytesWritten } = this.#socket
    const read = bytesRead - this.#lastRead
    const written = bytesWritten - this.#lastWritten
    const expected = this.#received + this.#opened * REQUEST_BYTES + this.#late + this.#lateBefore
    const junk = read - expected
    if (junk > MOST_JUNK && junk > (this.#received + written) * JUNK_SHARE) {
      this.#flood = `${junk} bytes within seconds that carry nothing`
    }
    this.#waiting = read === 0 && (this.#waiting || written > 0 || this.#opened > 0)
    this.#lastRead = bytesRead
    this.#lastWritten = bytesWritten
    this.#lateBefore = this.#late
    this.#wasted = this.#controls = this.#received = this.#opened = this.#late = 0
    return this.#waiting
  }
}
