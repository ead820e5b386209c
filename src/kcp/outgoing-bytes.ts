import { concat } from '../bytes/bytes.js'

/** Bytes that wait to become segments. Pieces are taken over and cut only when they are needed. */
export class OutgoingBytes {
  readonly #pieces: Uint8Array[] = []
  #at = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#pieces.push(bytes)
    this.#length += bytes.length
  }

  /** The next bytes, at most `most` and at least one; several small pieces are put together. */
  take(most: number): Uint8Array {
    const parts: Uint8Array[] = []
    let left = Math.min(most, this.#length)
    this.#length -= left
    while (left > 0) {
      const piece = this.#pieces[this.#at] as Uint8Array
      parts.push(piece.subarray(0, left))
      if (piece.length > left) this.#pieces[this.#at] = piece.subarray(left)
      else this.#drop()
      left -= Math.min(left, piece.length)
    }
    return concat(parts)
  }

  clear(): void {
    this.#pieces.length = 0
    this.#at = 0
    this.#length = 0
  }

  /** Forgets the first piece; the list itself is cut now and then, as `shift` would move all of it. */
  #drop(): void {
    this.#pieces[this.#at++] = NOTHING
    if (this.#at < COMPACT_AT) return
    this.#pieces.splice(0, this.#at)
    this.#at = 0
  }
}

const NOTHING = new Uint8Array(0)
const COMPACT_AT = 1_024
