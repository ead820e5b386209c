/** Text → JSON value for documents: comments and trailing commas allowed, text behind the value ignored. */
import { type Node, type ParseError, parseTree } from 'jsonc-parser'
import { Fault } from '../faults/fault.js'
import { blankComments } from '../text/comments.js'
import {
  type JsonExtent,
  MAX_JSON_NESTING,
  MAX_PLACED_VALUES,
  MAX_PLAIN_VALUES,
  measureJson,
} from '../text/json-extent.js'
import { LineIndex } from '../text/lines.js'
import type { JsonValue } from './profile.js'

/** The first value of the text. Throws `LINK_SYNTAX` for what is no JSON, with the line where it stops. */
export function parseJsonSource(text: string): JsonValue {
  const bare = blankComments(text)
  const extent = measureJson(bare, MAX_PLAIN_VALUES)
  assertExtent(text, extent, MAX_PLAIN_VALUES)
  const value = bare.slice(0, extent.end)
  const strict = parseStrictly(value)
  if (strict !== undefined) return strict
  // Comments are gone: what is left is a comma too many, or no JSON at all.
  assertExtent(text, measureJson(value, MAX_PLACED_VALUES), MAX_PLACED_VALUES)
  return parseLeniently(value)
}

/** Throws `LINK_SYNTAX` for nesting, and `LINK_SOURCE_SIZE` for values, beyond all sense. */
function assertExtent(text: string, { tooDeepAt, tooManyAt }: JsonExtent, most: number): void {
  if (tooDeepAt !== undefined) {
    throw new Fault('LINK_SYNTAX', { why: `JSON nested deeper than ${MAX_JSON_NESTING} levels` })
  }
  if (tooManyAt === undefined) return
  const { line } = new LineIndex(text).position(tooManyAt)
  throw new Fault('LINK_SOURCE_SIZE', {
    why: `more than ${most} values of JSON, the last of them in line ${line}`,
  })
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
