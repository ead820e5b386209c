/** How the datagrams of a flow travel: the three encodings, each with mux and without (protocol §5.3 to §5.6). */
import type { Destination } from '../address/destination.js'
import { formatHostPort } from '../address/destination.js'
import type { MuxConfig } from '../config/config.js'
import type { Connection } from '../contracts/connection.js'
import type { PacketConnection, PacketHandler } from '../contracts/datagram.js'
import type { Flow } from '../contracts/flow.js'
import { keyedId } from '../crypto/keyed-id.js'
import { Fault } from '../faults/fault.js'
import { PACKET_ADDRESS_HOST } from '../mux/packet-address.js'
import { AddressedPackets } from '../tunnel/addressed-packets.js'
import { BodyPackets } from '../tunnel/body-packets.js'
import { VmessAssociation } from './vmess-association.js'
import type { CarrierPool } from './vmess-carriers.js'

/** Its port means nothing; v5 and sing send 0. */
const PACKET_ADDRESS: Destination = { kind: 'domain', host: PACKET_ADDRESS_HOST, port: 0 }
const GLOBAL_ID_BYTES = 8
const QUIC_PORT = 443
/** Inbounds whose sources are applications; behind others, one source may stand for many (protocol §5.6). */
const LASTING_INBOUNDS: ReadonlySet<string> = new Set(['socks', 'mixed', 'dokodemo-door'])

export interface VmessDatagramsOptions {
  readonly encoding: 'none' | 'packet' | 'xudp'
  /** Opens a connection for one destination, one datagram to a chunk. */
  readonly open: (destination: Destination, signal: AbortSignal) => Promise<Connection>
  /** Carriers that udp goes through; absent: it is not put together. */
  readonly shared: CarrierPool | undefined
  /** Carriers for one XUDP flow each. */
  readonly single: CarrierPool
  readonly udp443: MuxConfig['xudpProxyUdp443']
  /** Makes global IDs that nobody else can; 32 bytes. */
  readonly idKey: Uint8Array
}

export class VmessDatagrams {
  readonly #options: VmessDatagramsOptions

  constructor(options: VmessDatagramsOptions) {
    this.#options = options
  }

  /** Rejects with `MUX_UDP_443`, and with the faults of dialling. */
  associate(flow: Flow, signal: AbortSignal): Promise<PacketConnection> {
    const carriers = this.#carriersFor(flow)
    switch (this.#options.encoding) {
      case 'none':
        return Promise.resolve(this.#perPeer(carriers))
      case 'packet':
        return this.#packetAddress(carriers, signal)
      case 'xudp':
        return this.#xudp(carriers ?? this.#options.single, flow, signal)
    }
  }

  /** As Xray: what happens to QUIC is decided by where the flow's first datagram goes. */
  #carriersFor({ destination }: Flow): CarrierPool | undefined {
    const { shared, udp443 } = this.#options
    if (shared === undefined || destination.port !== QUIC_PORT || udp443 === 'allow') return shared
    if (udp443 === 'skip') return undefined
    throw new Fault('MUX_UDP_443')
  }

  #perPeer(carriers: CarrierPool | undefined): PacketConnection {
    return new VmessAssociation((peer, signal) => this.#openPeer(carriers, peer, signal))
  }

  async #packetAddress(carriers: CarrierPool | undefined, signal: AbortSignal): Promise<PacketConnection> {
    const inner = await this.#openPeer(carriers, PACKET_ADDRESS, signal)
    return new NamesAside(new AddressedPackets(inner, PACKET_ADDRESS), () => this.#perPeer(carriers))
  }

  #xudp(carriers: CarrierPool, flow: Flow, signal: AbortSignal): Promise<PacketConnection> {
    const { destination, source, inboundTag, inboundProtocol } = flow
    const name = `udp:${inboundTag}:${formatHostPort(source.address, source.port)}`
    const lasting = LASTING_INBOUNDS.has(inboundProtocol) && {
      globalId: keyedId(this.#options.idKey, name, GLOBAL_ID_BYTES),
    }
    return carriers.take(signal, (client) => client.openPackets({ destination, addressed: true, ...lasting }))
  }

  async #openPeer(
    carriers: CarrierPool | undefined,
    peer: Destination,
    signal: AbortSignal,
  ): Promise<PacketConnection> {
    if (carriers === undefined) return new BodyPackets(await this.#options.open(peer, signal), peer)
    return carriers.take(signal, (client) => client.openPackets({ destination: peer, addressed: false }))
  }
}

/** Datagrams to names go another way than those to addresses: packetaddr has no names. */
class NamesAside implements PacketConnection {
  readonly #addresses: PacketConnection
  readonly #makeNames: () => PacketConnection
  #names: PacketConnection | undefined
  #handler: PacketHandler | undefined

  constructor(addresses: PacketConnection, makeNames: () => PacketConnection) {
    this.#addresses = addresses
    this.#makeNames = makeNames
  }

  start(handler: PacketHandler): void {
    this.#handler = handler
    this.#addresses.start({
      onPacket: (payload, peer) => {
        handler.onPacket(payload, peer)
      },
      onClose: (fault) => {
        this.#names?.close(fault)
        handler.onClose(fault)
      },
    })
  }

  send(payload: Uint8Array, peer: Destination): void {
    if (peer.kind === 'ip') this.#addresses.send(payload, peer)
    else this.#ensureNames().send(payload, peer)
  }

  close(cause?: Fault): void {
    this.#addresses.close(cause)
  }

  #ensureNames(): PacketConnection {
    if (this.#names !== undefined) return this.#names
    const names = this.#makeNames()
    this.#names = names
    names.start({
      onPacket: (payload, peer) => {
        this.#handler?.onPacket(payload, peer)
      },
      onClose: (fault) => {
        if (this.#names === names) this.#names = undefined
        if (fault !== undefined) this.close(fault)
      },
    })
    return names
  }
}
