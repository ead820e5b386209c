import type { Random } from '../ports/ports.js'
import type { BodyEncoder } from './body.js'
import { type BodyPlan, maxPayload, SAFE_PAYLOAD } from './body-plan.js'
import type { ChunkSeal } from './chunk-seal.js'
import type { ChunkSizes } from './chunk-size.js'

export interface ChunkWriterParts {
  readonly plan: BodyPlan
  readonly sizes: ChunkSizes
  readonly seal: ChunkSeal
}

const EMPTY = new Uint8Array(0)

/** Plaintext into chunks (protocol §4.4). */
export class ChunkEncoder implements BodyEncoder {
  readonly borrows: boolean
  readonly #parts: ChunkWriterParts
  readonly #random: Random
  readonly #limit: number
  /** Payload bytes put into one chunk of a stream. */
  #chunkPayload = SAFE_PAYLOAD

  constructor(parts: ChunkWriterParts, random: Random) {
    this.#parts = parts
    this.#random = random
    this.borrows = parts.seal.borrows
    this.#limit = maxPayload(parts.plan)
  }

  allowLargeChunks(): void {
    this.#chunkPayload = this.#limit
  }

  /**
   * A stream is cut into chunks; a datagram becomes exactly one. An empty or oversized datagram
   * becomes nothing: an empty chunk would end the body.
   */
  encode(data: Uint8Array): readonly Uint8Array[] {
    const pieces: Uint8Array[] = []
    if (this.#parts.plan.form === 'packet') {
      if (data.length > 0 && data.length <= this.#limit) this.#chunk(data, pieces)
      return pieces
    }
    for (let at = 0; at < data.length; at += this.#chunkPayload) {
      this.#chunk(data.subarray(at, at + this.#chunkPayload), pieces)
    }
    return pieces
  }

  finish(): readonly Uint8Array[] {
    const pieces: Uint8Array[] = []
    if (this.#parts.plan.marksEnd) this.#chunk(EMPTY, pieces)
    return pieces
  }

  /** The beginning of a chunk: a size has two bytes at least. Whoever reads on is told of a truncated one. */
  breakOff(): readonly Uint8Array[] {
    return this.#parts.plan.form === 'stream' ? [this.#random(1)] : []
  }

  #chunk(payload: Uint8Array, pieces: Uint8Array[]): void {
    const { sizes, seal } = this.#parts
    const padding = sizes.nextPadding()
    const { before, body, after } = seal.seal(payload)
    const head = Buffer.allocUnsafe(sizes.bytes + before.length)
    sizes.write(before.length + body.length + after.length + padding, head, 0)
    head.set(before, sizes.bytes)
    pieces.push(head)
    if (body.length > 0) pieces.push(body)
    if (padding === 0) {
      if (after.length > 0) pieces.push(after)
      return
    }
    const tail = Buffer.allocUnsafe(after.length + padding)
    tail.set(after, 0)
    tail.set(this.#random(padding), after.length)
    pieces.push(tail)
  }
}
