import type { Destination } from '../address/destination.js'
import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import { Fault } from '../faults/fault.js'
import { Backlog } from './backlog.js'
import type { MuxCarrier, MuxSession } from './mux-carrier.js'

/** How long New waits for a first payload to travel with (protocol §5.4). */
const NEW_GRACE_MS = 100
/** The first payload that travels with New; the rest follows. */
const FIRST_DATA_BYTES = 8 * 1024

/** Lends memory that is the borrower's anyway. */
const ownLender: Lender = { keep: (bytes) => bytes }

export interface MuxStreamOptions {
  readonly carrier: MuxCarrier
  readonly id: number
  /** Where to; only on the side that opens, which sends New. */
  readonly destination?: Destination
}

/**
 * One tcp session of a mux, as a connection; both roles use it.
 *
 * End ends our direction only, as long as the far end agrees: v2ray takes it for the end of both and then
 * answers our data, or ignores our end, as for a session that it does not know. The second End that we
 * get then says that nobody listens any more; what came before it is still delivered.
 */
export class MuxStream implements Connection, MuxSession {
  readonly #carrier: MuxCarrier
  readonly #id: number
  /** Not sent yet. */
  #opening: Destination | undefined
  #openingTimer: NodeJS.Timeout | undefined
  #handler: ConnectionHandler | undefined
  readonly #backlog = new Backlog()
  /** Bytes that may still be unsent in the carrier. */
  #pending = 0
  #paused = true
  #scheduled = false
  #ended = false
  #peerEnded = false
  #endTold = false
  #over = false
  #closeTold = false
  #fault: Fault | undefined

  /** Adds itself to the carrier. */
  constructor({ carrier, id, destination }: MuxStreamOptions) {
    this.#carrier = carrier
    this.#id = id
    this.#opening = destination
    carrier.add(id, this)
  }

  get remote(): Endpoint {
    return this.#carrier.remote
  }

  get local(): Endpoint {
    return this.#carrier.local
  }

  /** Of what the carrier holds, as much as may be ours. */
  get unsent(): number {
    const below = this.#over ? 0 : this.#carrier.unsent
    if (below === 0) this.#pending = 0
    return Math.min(this.#pending, below)
  }

  start(handler: ConnectionHandler): void {
    this.#handler = handler
    if (this.#opening !== undefined) {
      this.#openingTimer ??= setTimeout(() => {
        this.#open()
      }, NEW_GRACE_MS)
    }
    this.resume()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#schedule()
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#over) return
    this.#backlog.prepend(bytes)
    this.#carrier.backlogChanged(this.#backlog.length - bytes.length, this.#backlog.length)
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ended || this.#over || bytes.length === 0) return true
    this.#pending += bytes.length
    const rest = this.#opening === undefined ? bytes : bytes.subarray(FIRST_DATA_BYTES)
    const opened = this.#open(bytes.subarray(0, FIRST_DATA_BYTES))
    return rest.length === 0 ? opened : this.#carrier.sendStream(this.#id, rest, this)
  }

  end(): void {
    if (this.#ended || this.#over) return
    this.#open()
    this.#ended = true
    this.#carrier.send({ status: 'end', id: this.#id, failed: false })
    if (this.#peerEnded) this.#carrier.remove(this.#id, this)
    this.#schedule()
  }

  abort(cause?: Fault): void {
    if (this.#over) return
    // A far end that has not heard of us, or has nothing to say or hear any more, needs no word.
    const silent = this.#opening !== undefined || (this.#ended && this.#peerEnded)
    if (!silent) this.#carrier.send({ status: 'end', id: this.#id, failed: true })
    this.#finish(cause)
  }

  reset(cause?: Fault): void {
    this.abort(cause)
  }

  onFrame(data: Uint8Array, lender: Lender): void {
    if (this.#peerEnded || this.#over) return
    if (!this.#paused && this.#backlog.length === 0) {
      this.#handler?.onData(data, lender)
      return
    }
    const before = this.#backlog.length
    this.#backlog.append(data)
    this.#carrier.backlogChanged(before, this.#backlog.length)
  }

  onPeerEnd(failed: boolean): void {
    if (failed) {
      this.#finish(new Fault('MUX_SESSION_ABORTED'))
      return
    }
    if (this.#peerEnded && !this.#ended) {
      this.#fault = new Fault('MUX_SESSION_ABORTED', { why: 'it does not take what we send any more' })
      this.#ended = true
    }
    this.#peerEnded = true
    if (this.#ended) this.#carrier.remove(this.#id, this)
    this.#schedule()
  }

  onRoom(): void {
    if (!this.#over) this.#handler?.onDrain()
  }

  onCarrierClose(fault: Fault): void {
    this.#finish(fault)
  }

  /** Sends New, with the first data if there is some; nothing when it was sent already. */
  #open(data?: Uint8Array): boolean {
    const destination = this.#opening
    if (destination === undefined) return true
    this.#opening = undefined
    clearTimeout(this.#openingTimer)
    const frame = { status: 'new', id: this.#id, network: 'tcp', destination } as const
    return this.#carrier.send(frame, data, this)
  }

  #finish(fault: Fault | undefined): void {
    if (this.#over) return
    this.#over = true
    this.#fault = fault
    clearTimeout(this.#openingTimer)
    const before = this.#backlog.length
    this.#backlog.clear()
    this.#carrier.backlogChanged(before, 0)
    this.#carrier.remove(this.#id, this)
    this.#schedule()
  }

  /** Later: no caller is ever called back inside its own call. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#deliver()
    })
  }

  #deliver(): void {
    const handler = this.#handler
    if (handler === undefined) return
    while (!this.#paused && !this.#over && this.#backlog.length > 0) this.#deliverHeld(handler)
    if (!this.#paused && this.#peerEnded && !this.#endTold && !this.#over) {
      this.#endTold = true
      handler.onEnd()
    }
    if (this.#ended && this.#endTold) this.#over = true
    if (!this.#over || this.#closeTold) return
    this.#closeTold = true
    handler.onClose(this.#fault)
  }

  #deliverHeld(handler: ConnectionHandler): void {
    const before = this.#backlog.length
    const bytes = this.#backlog.shift()
    this.#carrier.backlogChanged(before, this.#backlog.length)
    if (bytes !== undefined) handler.onData(bytes, ownLender)
  }
}
