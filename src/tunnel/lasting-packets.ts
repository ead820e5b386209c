import type { Destination } from '../address/destination.js'
import type { PacketConnection, PacketHandler } from '../contracts/datagram.js'
import type { Fault } from '../faults/fault.js'

/** Sources whose session is gone; one more pushes out the one that has waited longest. */
const MOST_PARKED = 1024

/**
 * The datagrams of one source of a client, whichever mux session they come through (protocol §5.6). Between
 * two sessions it stays open, so that the outside sees the same socket; what arrives then is lost.
 */
class LastingPackets implements PacketConnection {
  readonly #table: LastingTable
  readonly #key: string
  #session: PacketConnection | undefined
  #handler: PacketHandler | undefined
  #closed = false

  constructor(table: LastingTable, key: string) {
    this.#table = table
    this.#key = key
  }

  /** Goes on through this session; the one before it ends. */
  attach(session: PacketConnection): void {
    const before = this.#session
    this.#session = session
    before?.close()
    session.start({
      onPacket: (payload, peer) => {
        this.#handler?.onPacket(payload, peer)
      },
      onClose: () => {
        if (this.#session !== session || this.#closed) return
        this.#session = undefined
        this.#table.park(this.#key, this)
      },
    })
  }

  start(handler: PacketHandler): void {
    this.#handler = handler
  }

  send(payload: Uint8Array, peer: Destination): void {
    this.#session?.send(payload, peer)
  }

  close(cause?: Fault): void {
    if (this.#closed) return
    this.#closed = true
    this.#table.forget(this.#key, this)
    this.#session?.close(cause)
    queueMicrotask(() => this.#handler?.onClose(cause))
  }
}

/** The lasting sources of one inbound, by user and global ID. */
export class LastingTable {
  readonly #all = new Map<string, LastingPackets>()
  /** Those without a session, and whether they were so at the last tick; in the order they were parked. */
  readonly #parked = new Map<string, boolean>()
  #closing = false

  /**
   * Hands the session to the source that has this key. A source that is not known yet is given to `open`,
   * which must start it before it returns.
   */
  attach(key: string, session: PacketConnection, open: (packets: PacketConnection) => void): void {
    const known = this.#all.get(key)
    this.#parked.delete(key)
    if (known !== undefined) {
      known.attach(session)
      return
    }
    const fresh = new LastingPackets(this, key)
    this.#all.set(key, fresh)
    fresh.attach(session)
    open(fresh)
  }

  /** Whether anything waits for a tick. */
  get waiting(): boolean {
    return this.#parked.size > 0
  }

  /** Closes what has waited for a whole period. */
  onTick(): void {
    for (const [key, seen] of [...this.#parked]) {
      if (seen) this.#all.get(key)?.close()
      else this.#parked.set(key, true)
    }
  }

  /** Closes what waits, and from now on does not let anything wait. */
  close(): void {
    this.#closing = true
    for (const key of [...this.#parked.keys()]) this.#all.get(key)?.close()
  }

  /** For the source: its session is gone. */
  park(key: string, packets: LastingPackets): void {
    if (this.#closing) {
      packets.close()
      return
    }
    this.#parked.set(key, false)
    const [oldest] = this.#parked.keys()
    if (this.#parked.size > MOST_PARKED && oldest !== undefined) this.#all.get(oldest)?.close()
  }

  /** For the source: it is closed. */
  forget(key: string, packets: LastingPackets): void {
    if (this.#all.get(key) !== packets) return
    this.#all.delete(key)
    this.#parked.delete(key)
  }
}
