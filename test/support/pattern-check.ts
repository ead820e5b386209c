import { pattern } from './pattern.js'

/** Compares a stream with the pattern it must be, byte by byte and in bounded memory. */
export class PatternCheck {
  readonly #blocks: Generator<Buffer>
  #block: Buffer = Buffer.alloc(0)
  #at = 0
  #taken = 0
  readonly #bytes: number

  constructor(seed: string, bytes: number) {
    this.#blocks = pattern(seed, bytes)
    this.#bytes = bytes
  }

  get complete(): boolean {
    return this.#taken === this.#bytes
  }

  /** Throws where the stream differs from the pattern or goes on after it. */
  take(chunk: Buffer): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#at === this.#block.length) this.#next()
      const count = Math.min(chunk.length - from, this.#block.length - this.#at)
      const equal = chunk.compare(this.#block, this.#at, this.#at + count, from, from + count) === 0
      if (!equal) throw new Error(`the stream differs within ${count} bytes after ${this.#taken}`)
      from += count
      this.#at += count
      this.#taken += count
    }
  }

  #next(): void {
    const next = this.#blocks.next()
    if (next.done === true) throw new Error(`the stream goes on after its ${this.#bytes} bytes`)
    this.#block = next.value
    this.#at = 0
  }
}
