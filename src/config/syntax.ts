/**
 * Text → tree of values with offsets, by the rules of V2Ray's loader (config §1.1): three forms of
 * comments, otherwise strict JSON, and nothing after the first value counts.
 */
import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser'
import { blankComments } from './comments.js'
import { explainSyntaxError, recogniseOtherText, type SyntaxProblem } from './syntax-error.js'

/** Longest text that is read, in bytes of UTF-8. */
export const MAX_CONFIG_BYTES = 8 * 1024 * 1024
/** Deepest nesting that is read. Real configurations stay below 15. */
export const MAX_NESTING = 100

/** Tokens by jsonc-parser's numbers; its own enum is not importable under `isolatedModules`. */
const TOKEN = { openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, endOfFile: 17 } as const

export type SyntaxResult =
  | { readonly ok: true; readonly root: Node; readonly text: string; readonly ignoredFrom?: number }
  | { readonly ok: false; readonly text: string; readonly problem: SyntaxProblem }

/**
 * Reads one JSON value. `text` in the result is the input without a byte order mark: offsets count in it.
 * `ignoredFrom` is where text begins that stands after the value.
 */
export function parseSyntax(input: string): SyntaxResult {
  const text = input.startsWith('\uFEFF') ? input.slice(1) : input
  if (isTooLong(text))
    return fail(text, {
      rule: 'VM-F08',
      offset: 0,
      message: `the file is larger than ${MAX_CONFIG_BYTES} bytes`,
    })
  const bare = blankComments(text)
  const extent = measureFirstValue(bare)
  if (extent.tooDeepAt !== undefined) {
    return fail(text, {
      rule: 'VM-F05',
      offset: extent.tooDeepAt,
      message: `nested deeper than ${MAX_NESTING} levels`,
    })
  }
  const errors: ParseError[] = []
  const options = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }
  const root = parseTree(bare.slice(0, extent.end), errors, options)
  const first = errors[0]
  if (first !== undefined || root === undefined) {
    const error = first ?? { error: 4, offset: 0, length: 0 }
    return {
      ok: false,
      text,
      problem: recogniseOtherText(text) ?? explainSyntaxError(bare, error, extent.open),
    }
  }
  const rest = bare.slice(extent.end).search(/[^ \t\r\n]/)
  return rest < 0 ? { ok: true, root, text } : { ok: true, root, text, ignoredFrom: extent.end + rest }
}

interface Extent {
  /** Just behind the first value; the end of the text when it never closes. */
  readonly end: number
  /** Offsets of the brackets that are still open there, outermost first. */
  readonly open: readonly number[]
  readonly tooDeepAt?: number
}

/** Finds where the first value ends without recursion, so that nesting cannot exhaust the stack. */
function measureFirstValue(text: string): Extent {
  const scanner = createScanner(text, true)
  const open: number[] = []
  for (;;) {
    const token = scanner.scan() as number
    if (token === TOKEN.openBrace || token === TOKEN.openBracket) {
      open.push(scanner.getTokenOffset())
      if (open.length > MAX_NESTING) return { end: text.length, open, tooDeepAt: scanner.getTokenOffset() }
    } else if (token === TOKEN.closeBrace || token === TOKEN.closeBracket) open.pop()
    if (token === TOKEN.endOfFile) return { end: text.length, open }
    if (open.length === 0) return { end: scanner.getPosition(), open }
  }
}

function isTooLong(text: string): boolean {
  return text.length * 3 > MAX_CONFIG_BYTES && Buffer.byteLength(text) > MAX_CONFIG_BYTES
}

function fail(text: string, problem: SyntaxProblem): SyntaxResult {
  return { ok: false, text, problem }
}
