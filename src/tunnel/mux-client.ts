import type { Destination } from '../address/destination.js'
import { toWireDestination } from '../address/wire-destination.js'
import type { Connection } from '../contracts/connection.js'
import type { PacketConnection } from '../contracts/datagram.js'
import type { Fault } from '../faults/fault.js'
import { MuxCarrier } from './mux-carrier.js'
import { ADDRESSED_DATAGRAM_BYTES, MuxPackets, PLAIN_DATAGRAM_BYTES } from './mux-packets.js'
import { MuxStream } from './mux-stream.js'

export interface MuxClientOptions {
  /** The first session's id: 1, or 0 where the carrier is for one XUDP flow alone (protocol §5.6). */
  readonly firstId: number
  /** No session is open any more. */
  readonly onIdle: () => void
  /** Once, when the carrier is gone. */
  readonly onClose: (fault: Fault | undefined) => void
}

export interface PacketSessionOptions {
  readonly destination: Destination
  /** Each datagram names its peer; otherwise all are for `destination`. */
  readonly addressed: boolean
  /** 8 bytes that stand for the source of the datagrams. */
  readonly globalId?: Uint8Array
}

/** The side of a mux that opens sessions. Ids are counted and never used twice. */
export class MuxClient {
  readonly #carrier: MuxCarrier
  #nextId: number

  /** Begins to read at once. */
  constructor(connection: Connection, { firstId, onIdle, onClose }: MuxClientOptions) {
    this.#nextId = firstId
    this.#carrier = new MuxCarrier(connection, {
      // A server opens none; what it sends with it is skipped (protocol §5.4).
      onNew: () => undefined,
      onRemove: () => {
        if (this.#carrier.size === 0) onIdle()
      },
      onClose,
    })
    this.#carrier.start()
  }

  get sessions(): number {
    return this.#carrier.size
  }

  /** Whether a new session has a fair chance: a carrier that one session holds up should get no more. */
  get available(): boolean {
    return this.#carrier.open && this.#carrier.flowing
  }

  /** Throws `VMESS_DOMAIN` for a name that cannot be sent. */
  openStream(destination: Destination): Connection {
    return new MuxStream({
      carrier: this.#carrier,
      destination: toWireDestination(destination),
      id: this.#takeId(),
    })
  }

  /** Throws `VMESS_DOMAIN` for a name that cannot be sent. */
  openPackets({ destination, addressed, globalId }: PacketSessionOptions): PacketConnection {
    return new MuxPackets({
      carrier: this.#carrier,
      destination: toWireDestination(destination),
      id: this.#takeId(),
      opening: globalId === undefined ? {} : { globalId },
      addressed,
      most: addressed ? ADDRESSED_DATAGRAM_BYTES : PLAIN_DATAGRAM_BYTES,
    })
  }

  /** Ends it after what was sent; the second call does not wait for the server. */
  close(): void {
    this.#carrier.close()
  }

  abort(cause?: Fault): void {
    this.#carrier.abort(cause)
  }

  #takeId(): number {
    return this.#nextId++
  }
}
