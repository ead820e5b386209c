/** Bytes in one block; a single larger piece gets a block of its own. */
const BLOCK_BYTES = 16 * 1024

interface Block {
  readonly memory: Uint8Array
  filled: number
}

/**
 * Bytes that wait for a reader that paused. They are copied into blocks, so that a thousand small pieces
 * cost little more than their bytes. The limit is the owner's business.
 */
export class Backlog {
  readonly #blocks: Block[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Copies the bytes behind everything else. */
  append(bytes: Uint8Array): void {
    const last = this.#blocks.at(-1)
    const room = last === undefined ? 0 : last.memory.length - last.filled
    const fitting = bytes.subarray(0, room)
    if (last !== undefined && room > 0) {
      last.memory.set(fitting, last.filled)
      last.filled += fitting.length
    }
    const rest = bytes.subarray(fitting.length)
    if (rest.length > 0) {
      const memory = new Uint8Array(Math.max(BLOCK_BYTES, rest.length))
      memory.set(rest)
      this.#blocks.push({ memory, filled: rest.length })
    }
    this.#length += bytes.length
  }

  /** Puts bytes in front. Takes them over. */
  prepend(bytes: Uint8Array): void {
    this.#blocks.unshift({ memory: bytes, filled: bytes.length })
    this.#length += bytes.length
  }

  /** The first bytes, which now belong to the caller; undefined when there are none. */
  shift(): Uint8Array | undefined {
    const block = this.#blocks.shift()
    if (block === undefined) return undefined
    this.#length -= block.filled
    return block.memory.subarray(0, block.filled)
  }

  clear(): void {
    this.#blocks.length = 0
    this.#length = 0
  }
}
