/**
 * How far the first value of a text of JSON goes, and how much it holds: asked before anything is made of it,
 * because two million empty objects fit into a few megabytes of text, and into a gigabyte of memory.
 */

/** Deepest nesting that is read. Real files stay below 20. */
export const MAX_JSON_NESTING = 100
/**
 * Most values with a place in the text, each with about a kilobyte of memory: members of objects and elements of
 * lists. Ten thousand users have fifty thousand.
 */
export const MAX_PLACED_VALUES = 250_000
/** Most values as plain data, each with a hundred bytes. */
export const MAX_PLAIN_VALUES = 2_000_000

export interface JsonExtent {
  /** Just behind the first value; the end of the text when it never closes. */
  readonly end: number
  /** Offsets of the brackets that are still open there, outermost first. */
  readonly open: readonly number[]
  /** Every bracket that closes has one of its kind that opens. */
  readonly matched: boolean
  readonly values: number
  /** The bracket that goes too deep; measuring ends there. */
  readonly tooDeepAt?: number
  /** The value that is too many; measuring ends there. */
  readonly tooManyAt?: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const LINE_FEED = 0x0a
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
/** From an opening to its closing one: both kinds are two apart. */
const TO_CLOSE = 2

/** One pass without recursion, so that nesting cannot exhaust the stack. `text` has no comments (`blankComments`). */
export function measureJson(text: string, maxValues: number): JsonExtent {
  const open: number[] = []
  let matched = true
  let values = 0
  /** The last thing of meaning was an opening bracket, so that what follows is a first value. */
  let opened = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (isSpace(code)) continue
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (opened) values++
      opened = true
      open.push(i)
      if (open.length > MAX_JSON_NESTING) return { end: text.length, open, matched, values, tooDeepAt: i }
      continue
    }
    if (code === OPEN_BRACE + TO_CLOSE || code === OPEN_BRACKET + TO_CLOSE) {
      const from = open.pop()
      matched &&= from !== undefined && text.charCodeAt(from) + TO_CLOSE === code
    } else {
      if (code === COMMA || opened) values++
      if (values > maxValues) return { end: text.length, open, matched, values, tooManyAt: i }
      if (code === QUOTE) i = endOfString(text, i)
      else if (code !== COMMA && code !== COLON) i = endOfWord(text, i)
    }
    opened = false
    if (open.length === 0) return { end: Math.min(i + 1, text.length), open, matched, values }
  }
  return { end: text.length, open, matched, values }
}

/** At the closing quote; before the line feed where there is none. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === BACKSLASH) i++
    else if (code === QUOTE) return i
    else if (code === LINE_FEED) return i - 1
  }
  return text.length
}

/** The last character of a number or word. */
function endOfWord(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && !isDelimiter(text.charCodeAt(i))) i++
  return i - 1
}

function isDelimiter(code: number): boolean {
  return (
    isSpace(code) ||
    code === COMMA ||
    code === COLON ||
    code === QUOTE ||
    code === OPEN_BRACE ||
    code === OPEN_BRACKET ||
    code === OPEN_BRACE + TO_CLOSE ||
    code === OPEN_BRACKET + TO_CLOSE
  )
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}
