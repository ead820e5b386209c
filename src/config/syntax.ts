/**
 * Text → tree of values with offsets, by the rules of V2Ray's loader (config §1.1): three forms of
 * comments, otherwise strict JSON, and nothing after the first value counts.
 */
import { type Node, type ParseError, parseTree } from 'jsonc-parser'
import { blankComments } from '../text/comments.js'
import { type JsonExtent, MAX_JSON_NESTING, MAX_PLACED_VALUES, measureJson } from '../text/json-extent.js'
import type { Span } from '../text/text-tree.js'
import {
  explainSyntaxErrors,
  leavesStructure,
  recogniseOtherText,
  type SyntaxProblem,
} from './syntax-error.js'

/** Longest text that is read, in bytes of UTF-8. */
export const MAX_CONFIG_BYTES = 8 * 1024 * 1024

export type SyntaxResult =
  | { readonly ok: true; readonly root: Node; readonly text: string; readonly ignoredFrom?: number }
  | {
      readonly ok: false
      readonly text: string
      /** The first one. */
      readonly problem: SyntaxProblem
      /** In the order of the text, the first one too. */
      readonly problems: readonly SyntaxProblem[]
      /** What was made of the text, and the parts of it that no mistake touches; absent where that is nothing. */
      readonly rest?: { readonly root: Node; readonly sound: readonly Span[] }
    }

/**
 * Reads one JSON value. `text` in the result is the input without a byte order mark: offsets count in it.
 * `ignoredFrom` is where text begins that stands after the value.
 */
export function parseSyntax(input: string): SyntaxResult {
  const text = input.startsWith('\uFEFF') ? input.slice(1) : input
  if (isTooLong(text)) {
    return fail(text, {
      rule: 'VM-F08',
      offset: 0,
      message: `the file is larger than ${MAX_CONFIG_BYTES} bytes`,
    })
  }
  const bare = blankComments(text)
  const extent = measureJson(bare, MAX_PLACED_VALUES)
  const excess = excessOf(extent)
  if (excess !== undefined) return fail(text, excess)
  const errors: ParseError[] = []
  const options = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }
  const root = parseTree(bare.slice(0, extent.end), errors, options)
  if (root === undefined || errors.length > 0) return explain({ text, bare, extent, errors, root })
  const rest = bare.slice(extent.end).search(/[^ \t\r\n]/)
  return rest < 0 ? { ok: true, root, text } : { ok: true, root, text, ignoredFrom: extent.end + rest }
}

function excessOf({ tooDeepAt, tooManyAt }: JsonExtent): SyntaxProblem | undefined {
  if (tooDeepAt !== undefined) {
    const message = `nested deeper than ${MAX_JSON_NESTING} levels`
    return { rule: 'VM-F05', offset: tooDeepAt, message }
  }
  if (tooManyAt === undefined) return undefined
  return {
    rule: 'VM-F09',
    offset: tooManyAt,
    message: `more than ${MAX_PLACED_VALUES} values`,
    hint: 'split the file: several -c FILE are read as one',
  }
}

interface Broken {
  readonly text: string
  readonly bare: string
  readonly extent: JsonExtent
  readonly errors: readonly ParseError[]
  readonly root: Node | undefined
}

function explain({ text, bare, extent, errors, root }: Broken): SyntaxResult {
  const other = recogniseOtherText(text)
  if (other !== undefined) return fail(text, other)
  const found = errors.length === 0 ? [{ error: 4, offset: 0, length: 0 }] : errors
  const problems = explainSyntaxErrors(bare, found, extent.open)
  const [problem] = problems as [SyntaxProblem]
  // A bracket too few or too many moves all that stands behind it: nobody knows what belongs where.
  if (root === undefined || extent.open.length > 0 || !extent.matched)
    return { ok: false, text, problem, problems }
  return { ok: false, text, problem, problems, rest: { root, sound: soundParts(root, errors, bare) } }
}

/** Sections, and elements of sections that are lists, without a mistake inside or before them that hides more. */
function soundParts(root: Node, errors: readonly ParseError[], text: string): readonly Span[] {
  const lost = errors.find((error) => !leavesStructure(error, text))?.offset ?? Number.POSITIVE_INFINITY
  const sections = (root.type === 'object' ? (root.children ?? []) : []).flatMap(({ children = [] }) =>
    children[1]?.type === 'array' ? (children[1].children ?? []) : children.slice(1),
  )
  return sections.filter(
    ({ offset, length }) =>
      offset + length <= lost &&
      !errors.some((error) => error.offset >= offset && error.offset <= offset + length),
  )
}

function isTooLong(text: string): boolean {
  return text.length * 3 > MAX_CONFIG_BYTES && Buffer.byteLength(text) > MAX_CONFIG_BYTES
}

function fail(text: string, problem: SyntaxProblem): SyntaxResult {
  return { ok: false, text, problem, problems: [problem] }
}
