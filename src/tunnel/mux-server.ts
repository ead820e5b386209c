import type { Destination } from '../address/destination.js'
import type { Connection } from '../contracts/connection.js'
import type { PacketConnection } from '../contracts/datagram.js'
import { Fault } from '../faults/fault.js'
import { MuxCarrier, type NewFrame } from './mux-carrier.js'
import { ADDRESSED_DATAGRAM_BYTES, MuxPackets, PLAIN_DATAGRAM_BYTES } from './mux-packets.js'
import { MuxStream } from './mux-stream.js'

/** As many as any client may be configured to open on one carrier; more are refused one by one. */
export const MOST_SESSIONS = 1024

export interface MuxServerHandler {
  /** A new stream, paused. Aborting it tells the client that its target failed. */
  onStream(stream: Connection, destination: Destination): void
  /** A new udp session; it has to be started before this returns, for its first datagram follows at once. */
  onPackets(packets: PacketConnection, destination: Destination, globalId: Uint8Array | undefined): void
  /** A session is gone. */
  onSessionEnd(): void
  /** Once, when the carrier is gone. */
  onClose(fault?: Fault): void
}

/** The side of a mux that sessions are opened to. */
export class MuxServer {
  readonly #carrier: MuxCarrier
  readonly #handler: MuxServerHandler

  /** Begins to read at once. */
  constructor(connection: Connection, handler: MuxServerHandler) {
    this.#handler = handler
    this.#carrier = new MuxCarrier(connection, {
      onNew: (frame) => {
        this.#open(frame)
      },
      onRemove: () => {
        handler.onSessionEnd()
      },
      onClose: (fault) => {
        handler.onClose(fault)
      },
    })
    this.#carrier.start()
  }

  get sessions(): number {
    return this.#carrier.size
  }

  /** Ends it after what was sent; the second call does not wait for the client. */
  close(): void {
    this.#carrier.close()
  }

  /** Ends it now. */
  abort(cause?: Fault): void {
    this.#carrier.abort(cause)
  }

  #open(frame: NewFrame): void {
    const { id, destination } = frame
    const carrier = this.#carrier
    if (carrier.has(id)) throw new Fault('MUX_SESSION_TAKEN', { why: `session ${id} is still open` })
    if (carrier.size >= MOST_SESSIONS) {
      carrier.refuse(id, true)
      return
    }
    if (frame.network === 'tcp') this.#handler.onStream(new MuxStream({ carrier, id }), destination)
    else this.#handler.onPackets(this.#makePackets(frame), destination, frame.globalId)
  }

  #makePackets({ id, destination, globalId }: NewFrame): PacketConnection {
    // Only clients that know XUDP send session 0 or a global ID; any other may be a v2ray.
    const most = id === 0 || globalId !== undefined ? ADDRESSED_DATAGRAM_BYTES : PLAIN_DATAGRAM_BYTES
    return new MuxPackets({ carrier: this.#carrier, id, destination, addressed: true, most })
  }
}
