/** Lines and columns of offsets in a text. */

/** Both from 1, the column in UTF-16 units as editors count. */
export interface LinePlace {
  readonly line: number
  readonly column: number
}

/** Found once for a text, asked for many places. Lines end with a line feed. */
export class LineIndex {
  readonly #starts: readonly number[]

  constructor(text: string) {
    this.#starts = findLineStarts(text)
  }

  /** Line and column of an offset. */
  position(offset: number): LinePlace {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.#starts[low] as number) + 1 }
  }

  /** Where a line begins; the last line for numbers beyond it. */
  start(line: number): number {
    return this.#starts[Math.min(Math.max(line, 1), this.#starts.length) - 1] as number
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
