/** Lines of long texts. */

export interface TextLine {
  /** Without its end. */
  readonly line: string
  /** Where it begins, and where the next one does. */
  readonly at: number
  readonly next: number
}

/** One after the other, from an offset on: a list of millions of them would fill the memory. */
export function* linesOf(text: string, from = 0): Generator<TextLine> {
  const end = /\r\n|\r|\n/g
  for (let at = from; at <= text.length; ) {
    end.lastIndex = at
    const found = end.exec(text)
    const next = found === null ? text.length + 1 : end.lastIndex
    yield { line: text.slice(at, found?.index ?? text.length), at, next }
    at = next
  }
}
