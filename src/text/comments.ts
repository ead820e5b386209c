/** A string, or the beginning of a comment: whichever comes first. A string may lack its closing quote. */
const STRING_OR_COMMENT = /"(?:[^"\\]|\\.)*"?|#|\/\/|\/\*/gs

/**
 * The text with every comment replaced by spaces, so that all offsets stay right (config §1.1).
 * V2Ray knows `// …` and `# …` up to a line feed (a lone carriage return does not end them) and block
 * comments, which do not nest. One that is never closed runs to the end of the text.
 */
export function blankComments(text: string): string {
  const out: string[] = []
  let kept = 0
  STRING_OR_COMMENT.lastIndex = 0
  for (;;) {
    const match = STRING_OR_COMMENT.exec(text)
    if (match === null) return out.join('') + text.slice(kept)
    if (match[0].startsWith('"')) continue
    const end = endOfComment(text, match)
    out.push(text.slice(kept, match.index), blank(text.slice(match.index, end)))
    kept = end
    STRING_OR_COMMENT.lastIndex = end
  }
}

export interface Comment {
  /** Where it begins, and where what follows it does. */
  readonly offset: number
  readonly end: number
  /** With its marks, without the line end. */
  readonly text: string
}

/** Every comment of a text, in order. */
export function commentsIn(text: string): readonly Comment[] {
  const found: Comment[] = []
  STRING_OR_COMMENT.lastIndex = 0
  for (;;) {
    const match = STRING_OR_COMMENT.exec(text)
    if (match === null) return found
    if (match[0].startsWith('"')) continue
    const end = endOfComment(text, match)
    found.push({ offset: match.index, end, text: text.slice(match.index, end).trimEnd() })
    STRING_OR_COMMENT.lastIndex = end
  }
}

/** Behind a block comment; before the line feed of the other two. */
function endOfComment(text: string, { 0: mark, index }: RegExpExecArray): number {
  const end = mark === '/*' ? text.indexOf('*/', index + 2) : text.indexOf('\n', index)
  if (end < 0) return text.length
  return mark === '/*' ? end + 2 : end
}

/** Line ends stay, so that line numbers stay. */
function blank(comment: string): string {
  return comment.replace(/[^\r\n]+/g, (run) => ' '.repeat(run.length))
}
