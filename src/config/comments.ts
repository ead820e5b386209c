/** Where in the text the scan is: what ends this state differs. */
type Inside = 'json' | 'string' | 'line-comment' | 'block-comment'

const SPACE = ' '

/**
 * The text with every comment replaced by spaces, so that all offsets stay right (config §1.1).
 * V2Ray knows `// …` and `# …` up to a line feed (a lone carriage return does not end them) and block
 * comments, which do not nest. One that is never closed runs to the end of the text.
 */
export function blankComments(text: string): string {
  const out: string[] = []
  let inside: Inside = 'json'
  let kept = 0
  for (let at = 0; at < text.length; at++) {
    const next = step(inside, text, at)
    if (inside === 'json' && isComment(next)) {
      out.push(text.slice(kept, at))
      kept = at
    } else if (isComment(inside) && next === 'json') {
      const end = inside === 'block-comment' ? at + 1 : at
      out.push(blank(text.slice(kept, end)))
      kept = end
    }
    if (inside === 'string' && text[at] === '\\') at++
    if (inside === 'json' && next === 'block-comment') at++
    inside = next
  }
  const rest = text.slice(kept)
  out.push(isComment(inside) ? blank(rest) : rest)
  return out.join('')
}

function step(inside: Inside, text: string, at: number): Inside {
  const char = text[at]
  switch (inside) {
    case 'json':
      if (char === '"') return 'string'
      if (char === '#' || (char === '/' && text[at + 1] === '/')) return 'line-comment'
      return char === '/' && text[at + 1] === '*' ? 'block-comment' : 'json'
    case 'string':
      return char === '"' ? 'json' : 'string'
    case 'line-comment':
      return char === '\n' ? 'json' : 'line-comment'
    case 'block-comment':
      return char === '/' && text[at - 1] === '*' ? 'json' : 'block-comment'
  }
}

function isComment(inside: Inside): boolean {
  return inside === 'line-comment' || inside === 'block-comment'
}

/** Line ends stay, so that line numbers stay. */
function blank(comment: string): string {
  return comment.replace(/[^\r\n]/g, SPACE)
}
