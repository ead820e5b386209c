import { ByteWriter } from '../bytes/byte-writer.js'
import type { PacketHeader } from './packet-header.js'
import type { Protection } from './protection.js'
import { decodeSegments, encodeSegments, type Segment } from './segment.js'

/** Segments to packets and back; one per listener or client connection. */
export class PacketCodec {
  readonly #header: PacketHeader
  readonly #protection: Protection

  constructor(header: PacketHeader, protection: Protection) {
    this.#header = header
    this.#protection = protection
  }

  /** Bytes of a packet that are not segments. */
  get overhead(): number {
    return this.#header.length + this.#protection.overhead
  }

  encode(segments: readonly Segment[]): Uint8Array {
    const inside = encodeSegments(segments)
    const writer = new ByteWriter(this.overhead + inside.length)
    this.#header.write(writer)
    this.#protection.seal(inside, writer)
    return writer.done()
  }

  /** The segments of a packet; none when it is not one of ours. Never throws. */
  decode(packet: Uint8Array): readonly Segment[] {
    if (packet.length <= this.#header.length) return []
    const inside = this.#protection.open(packet.subarray(this.#header.length))
    return inside === undefined ? [] : decodeSegments(inside)
  }
}
