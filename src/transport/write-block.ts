/**
 * Memory that writes are gathered in. What one delivery writes to a connection is copied, piece behind
 * piece, into one block and leaves in one plain write: a copy inside the processor's cache costs far less
 * than memory of its own for each piece. When the system takes the whole block at once, as it nearly always
 * does, the same block serves the next write; otherwise it is out until the system has taken the rest.
 */

/** What one read of 64 KiB becomes, with the sizes and tags of its chunks. */
export const BLOCK_BYTES = 68 * 1024

/** Blocks that are kept for later; more are left to the collector. */
const MOST_SPARE = 8
const spare: WriteBlock[] = []

export class WriteBlock {
  readonly memory = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  filled = 0
  /** Writes from this memory whose callback has not come. */
  #unanswered = 0
  #out = false

  static take(): WriteBlock {
    return spare.pop() ?? new WriteBlock()
  }

  get room(): number {
    return BLOCK_BYTES - this.filled
  }

  append(bytes: Uint8Array): void {
    this.memory.set(bytes, this.filled)
    this.filled += bytes.length
  }

  /** The callback of a write from this memory. Comes for each, if only later than the write was done. */
  readonly onWritten = (): void => {
    this.#unanswered--
    if (this.#out && this.#unanswered === 0) this.#put()
  }

  /** What is to be written; `onWritten` must be the callback of that write. */
  content(): Uint8Array {
    this.#unanswered++
    return this.memory.subarray(0, this.filled)
  }

  /** Nobody looks at the memory any more: it may be filled anew. */
  giveBack(): void {
    this.#put()
  }

  /** The memory is being written: it comes back by itself. */
  lend(): void {
    this.#out = true
  }

  #put(): void {
    this.filled = 0
    this.#out = false
    if (spare.length < MOST_SPARE) spare.push(this)
  }
}
