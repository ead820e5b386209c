/** Text → JSON value for documents: comments and trailing commas allowed, text behind the value ignored. */
import { type Node, type ParseError, parseTree } from 'jsonc-parser'
import { Fault } from '../faults/fault.js'
import type { JsonValue } from './profile.js'

/** Deepest nesting that is read; real files stay below 20. */
const MAX_NESTING = 100
const QUOTE = '"'
/** Longest text, in characters, that is read with comments and trailing commas: its tree takes much memory. */
const MAX_LENIENT = 8 * 1024 * 1024

/** The first value of the text. Throws `LINK_SYNTAX` for what is no JSON, with the line where it stops. */
export function parseJsonSource(text: string): JsonValue {
  const { end, deepest, comments } = measureValue(text)
  if (deepest > MAX_NESTING) {
    throw new Fault('LINK_SYNTAX', { why: `JSON nested deeper than ${MAX_NESTING} levels` })
  }
  const value = text.slice(0, end)
  const strict = parseStrictly(value)
  if (strict !== undefined) return strict
  if (value.length > MAX_LENIENT) throw new Fault('LINK_SYNTAX', { why: 'it is no JSON' })
  return parseLeniently(blank(value, comments))
}

/** Undefined for what is not strict JSON. */
function parseStrictly(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function parseLeniently(text: string): JsonValue {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false })
  const [first] = errors
  if (root !== undefined && first === undefined) return toValue(root)
  const line = text.slice(0, first?.offset ?? 0).split('\n').length
  throw new Fault('LINK_SYNTAX', { why: `it is no JSON: line ${line} cannot be read` })
}

/** Own properties are defined, so that `__proto__` is a key like any other. */
function toValue(node: Node): JsonValue {
  if (node.type === 'array') return (node.children ?? []).map(toValue)
  if (node.type !== 'object') return node.value as JsonValue
  return Object.fromEntries(
    (node.children ?? []).flatMap((property): [string, JsonValue][] => {
      const [key, value] = property.children ?? []
      return key === undefined || value === undefined ? [] : [[key.value as string, toValue(value)]]
    }),
  )
}

interface Extent {
  /** Just behind the first value. */
  readonly end: number
  readonly deepest: number
  /** Where `#` comments are, which neither parser knows. */
  readonly comments: readonly (readonly [from: number, to: number])[]
}

/** One pass without recursion: nesting cannot exhaust the stack. */
function measureValue(text: string): Extent {
  const comments: [number, number][] = []
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === QUOTE) i = endOfString(text, i)
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth)
    else if (char === '}' || char === ']') {
      depth--
      if (depth <= 0) return { end: i + 1, deepest, comments }
    } else if (char === '#') {
      const end = endOfLine(text, i)
      if (text.length <= MAX_LENIENT) comments.push([i, end])
      i = end - 1
    } else if (char === '/' && text[i + 1] === '/') i = endOfLine(text, i) - 1
    else if (char === '/' && text[i + 1] === '*') {
      const close = text.indexOf('*/', i + 2)
      i = close < 0 ? text.length : close + 1
    }
  }
  return { end: text.length, deepest, comments }
}

/** The index of the closing quote. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === QUOTE) return i
  }
  return text.length
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** The text with spaces in these places, so that offsets stay. */
function blank(text: string, ranges: Extent['comments']): string {
  const parts: string[] = []
  let from = 0
  for (const [start, end] of ranges) {
    parts.push(text.slice(from, start), ' '.repeat(end - start))
    from = end
  }
  return `${parts.join('')}${text.slice(from)}`
}
