import { type Destination, formatDestination } from '../address/destination.js'
import type { PacketConnection, PacketHandler } from '../contracts/datagram.js'
import { asFault, type Fault } from '../faults/fault.js'

/** Peers that one source can talk to at a time; the one unused for longest makes room. */
const MAX_PEERS = 128
/** Datagrams that wait for a connection to be made; more are dropped. */
const MAX_WAITING = 16

type OpenPeer = (peer: Destination, signal: AbortSignal) => Promise<PacketConnection>

/** One peer: its connection, or what waits for it. */
interface Peer {
  readonly destination: Destination
  readonly abort: AbortController
  packets: PacketConnection | undefined
  waiting: Uint8Array[]
}

/**
 * Datagrams of one source to many peers, where the protocol has one connection or mux session for each
 * peer: they are opened as they are needed and closed together.
 */
export class VmessAssociation implements PacketConnection {
  readonly #open: OpenPeer
  /** By destination, the least recently used first. */
  readonly #peers = new Map<string, Peer>()
  #handler: PacketHandler | undefined
  #closed = false

  constructor(open: OpenPeer) {
    this.#open = open
  }

  start(handler: PacketHandler): void {
    this.#handler = handler
  }

  send(payload: Uint8Array, destination: Destination): void {
    if (this.#closed) return
    const key = formatDestination(destination)
    const peer = this.#peers.get(key) ?? this.#add(key, destination)
    this.#peers.delete(key)
    this.#peers.set(key, peer)
    if (peer.packets !== undefined) peer.packets.send(payload, destination)
    else if (peer.waiting.length < MAX_WAITING) peer.waiting.push(payload)
  }

  close(cause?: Fault): void {
    if (this.#closed) return
    this.#closed = true
    for (const [key, peer] of this.#peers) this.#remove(key, peer)
    this.#handler?.onClose(cause)
  }

  #add(key: string, destination: Destination): Peer {
    const oldest = this.#peers.entries().next().value
    if (this.#peers.size >= MAX_PEERS && oldest !== undefined) this.#remove(...oldest)
    const peer: Peer = { destination, abort: new AbortController(), packets: undefined, waiting: [] }
    this.#open(destination, peer.abort.signal).then(
      (packets) => {
        this.#opened(key, peer, packets)
      },
      (error: unknown) => {
        this.#failed(key, peer, asFault(error))
      },
    )
    return peer
  }

  #opened(key: string, peer: Peer, packets: PacketConnection): void {
    if (this.#peers.get(key) !== peer) {
      packets.close()
      return
    }
    peer.packets = packets
    packets.start({
      onPacket: (payload, from) => {
        this.#handler?.onPacket(payload, from)
      },
      onClose: () => {
        // The server lets idle connections go; the next datagram opens a new one.
        if (this.#peers.get(key) === peer) this.#peers.delete(key)
      },
    })
    for (const payload of peer.waiting.splice(0)) packets.send(payload, peer.destination)
  }

  /** A server that cannot be reached ends the association, which is how the application learns of it. */
  #failed(key: string, peer: Peer, fault: Fault): void {
    if (this.#peers.get(key) === peer) this.close(fault)
  }

  #remove(key: string, peer: Peer): void {
    this.#peers.delete(key)
    peer.abort.abort()
    peer.packets?.close()
  }
}
