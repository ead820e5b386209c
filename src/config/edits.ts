/** Changes to a text that leave its comments and its layout alone. */
import type { Node } from 'jsonc-parser'
import { blankComments } from '../text/comments.js'
import type { Edit } from './issue.js'

/** How far around a property a comma is looked for. */
const REACH = 10_000

/** Takes a property out, with the comma that it needed; a line that nothing is left of goes too. */
export function removalOf(text: string, { offset, length }: Pick<Node, 'offset' | 'length'>): Edit {
  const end = offset + length
  const behind = /^[\s]*,/.exec(blankComments(text.slice(end, end + REACH)))
  if (behind !== null) return wholeLines(text, offset, end + behind[0].length)
  const before = /,\s*$/.exec(text.slice(Math.max(0, offset - REACH), offset))
  const start = before === null ? offset : offset - before[0].length
  return { offset: start, length: end - start, text: '' }
}

function wholeLines(text: string, start: number, end: number): Edit {
  const head = /[ \t]*$/.exec(text.slice(Math.max(0, start - 1000), start))?.[0].length ?? 0
  const tail = /^[ \t]*\r?\n/.exec(text.slice(end, end + 1000))?.[0].length
  const fromLineStart = text[start - head - 1] === '\n'
  if (tail !== undefined && fromLineStart) {
    return { offset: start - head, length: end + tail - (start - head), text: '' }
  }
  const gap = /^[ \t]*/.exec(text.slice(end, end + 1000))?.[0].length ?? 0
  return { offset: start, length: end + gap - start, text: '' }
}

/** Puts a property in front of the others of an object, on a line of its own where they have one. */
export function insertionInto(text: string, object: Pick<Node, 'offset' | 'length'>, property: string): Edit {
  const rest = text.slice(object.offset + 1, object.offset + object.length)
  const indent = /^[ \t]*\r?\n[ \t]*/.exec(rest)?.[0]
  const isEmpty = /^\s*}/.test(rest)
  if (isEmpty) return { offset: object.offset + 1, length: 0, text: property }
  const added = indent === undefined ? ` ${property},` : `${indent}${property},`
  return { offset: object.offset + 1, length: 0, text: added }
}

/** Applies edits that do not overlap; of two that do, the first in the file is applied. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = edits.toSorted((a, b) => a.offset - b.offset)
  let result = ''
  let at = 0
  for (const edit of ordered) {
    if (edit.offset < at) continue
    result += text.slice(at, edit.offset) + edit.text
    at = edit.offset + edit.length
  }
  return result + text.slice(at)
}
