/** jsonc-parser's error numbers in words that say what to do. */
import type { ParseError } from 'jsonc-parser'
import type { Edit } from './issue.js'
import type { RuleId } from './rules/table.js'

/** What stops a text from being read at all; `offset` counts in the text without its byte order mark. */
export interface SyntaxProblem {
  readonly offset: number
  readonly message: string
  readonly hint?: string
  /** JSON in general unless given. */
  readonly rule?: RuleId
  readonly fix?: readonly Edit[]
}

/** jsonc-parser's `ParseErrorCode`, which is not importable under `isolatedModules`. */
const ERROR = {
  propertyName: 3,
  value: 4,
  colon: 5,
  comma: 6,
  closeBrace: 7,
  closeBracket: 8,
  openString: 12,
  openNumber: 13,
  unicode: 14,
  escape: 15,
  character: 16,
} as const

const LETTER = /[A-Za-z_$]/

/** More than anybody mends before asking again. */
const MAX_PROBLEMS = 20

/**
 * What is wrong, one problem a line, the first ones: whoever stumbles goes on stumbling on the same line. `open`
 * holds the brackets not closed by the end of the text.
 */
export function explainSyntaxErrors(
  text: string,
  errors: readonly ParseError[],
  open: readonly number[],
): readonly SyntaxProblem[] {
  const problems: SyntaxProblem[] = []
  const starts = new Set<number>()
  let last: ParseError | undefined
  for (const error of errors) {
    const isEcho = last !== undefined && isEchoOf(last, error, text)
    // Thousands may stand on one line, which is looked for once.
    const isSameLine = last !== undefined && text.slice(last.offset, error.offset).indexOf('\n') < 0
    last = error
    if (isEcho || (isSameLine && problems.length > 0)) continue
    const problem = explainSyntaxError(text, error, open)
    const start = text.lastIndexOf('\n', problem.offset - 1)
    if (starts.has(start)) continue
    starts.add(start)
    problems.push(problem)
    if (problems.length === MAX_PROBLEMS) break
  }
  return problems.sort((a, b) => a.offset - b.offset)
}

/** A string that is not closed takes its comma along: that the next line wants one says nothing new. */
function isEchoOf(before: ParseError, error: ParseError, text: string): boolean {
  const unclosed = (before.error as number) === ERROR.openString
  return unclosed && text.slice(before.offset + before.length, error.offset).trim() === ''
}

/** Whether a mistake leaves no doubt what belongs where: it is inside of a value, or a comma too many or too few. */
export function leavesStructure({ error, offset }: ParseError, text: string): boolean {
  const code = error as number
  if (code === ERROR.unicode || code === ERROR.escape || code === ERROR.character) return true
  return code === ERROR.comma || isCommaTooMany(text, offset)
}

function isCommaTooMany(text: string, offset: number): boolean {
  const char = text[offset]
  return (char === '}' || char === ']') && textBefore(text, offset).endsWith(',')
}

/** How far back something other than white space is looked for. */
const REACH = 10_000

/** Some text in front of a place, without the white space between. */
function textBefore(text: string, offset: number): string {
  return text.slice(Math.max(0, offset - REACH), offset).trimEnd()
}

/** What is wrong at an error. */
function explainSyntaxError(text: string, error: ParseError, open: readonly number[]): SyntaxProblem {
  const at = error.offset
  if (text.trim() === '') return { offset: 0, message: 'the file is empty' }
  const unclosed = open.at(-1)
  if (text.slice(at).trim() === '' && unclosed !== undefined && !isInsideToken(error)) {
    return { offset: unclosed, message: `this ${text[unclosed]} is never closed; the file ends before` }
  }
  return explainToken(text, error) ?? explainPosition(text, error)
}

/** Errors of one token. */
function explainToken(text: string, error: ParseError): SyntaxProblem | undefined {
  const offset = error.offset
  switch (error.error as number) {
    case ERROR.openString:
      return { offset, message: 'a string is not closed on its line' }
    case ERROR.openNumber:
      return { offset, message: 'a number ends too early' }
    case ERROR.unicode:
      return { offset, message: 'a \\u escape needs four hex digits' }
    case ERROR.escape:
      return {
        offset,
        message: 'a string holds an escape that JSON does not know',
        hint: 'write a backslash as \\\\, also in Windows paths',
      }
    case ERROR.character:
      return { offset, message: 'a string holds a raw control character', hint: 'write a tab as \\t' }
    default:
      return explainStrangeCharacter(text, offset)
  }
}

function explainStrangeCharacter(text: string, offset: number): SyntaxProblem | undefined {
  const char = text[offset] ?? ''
  if (char === "'") return { offset, message: 'a string in single quotes', hint: 'JSON wants double quotes' }
  if ('“”„‘’'.includes(char) && char !== '') {
    return { offset, message: 'a typographic quote', hint: 'use the plain double quote "' }
  }
  if (char === '\u00A0' || char === '\u3000') {
    return { offset, message: 'a non-breaking space outside a string', hint: 'replace it by a plain space' }
  }
  return undefined
}

/** Errors of order: something else should stand here. */
function explainPosition(text: string, error: ParseError): SyntaxProblem {
  const offset = error.offset
  const char = text[offset] ?? ''
  const before = textBefore(text, offset)
  if (isCommaTooMany(text, offset)) {
    const comma = text.lastIndexOf(',', offset)
    return {
      offset: comma,
      message: `a comma before the closing ${char}`,
      hint: 'remove the comma; V2Ray refuses it too',
      rule: 'VM-F03',
      fix: [{ offset: comma, length: 1, text: '' }],
    }
  }
  if (LETTER.test(char) && /[{,]$/.test(before)) {
    return { offset, message: 'a key without double quotes, or a word JSON does not know' }
  }
  switch (error.error as number) {
    case ERROR.propertyName:
      return { offset, message: 'a key in double quotes is expected here' }
    case ERROR.colon:
      return { offset, message: 'a colon is expected after the key' }
    case ERROR.comma:
    case ERROR.closeBrace:
    case ERROR.closeBracket:
      return { offset, message: 'a comma or the closing bracket is expected here' }
    case ERROR.value:
      if (before.endsWith('{')) return { offset, message: 'a key in double quotes is expected here' }
      return { offset, message: 'a value is expected here' }
    default:
      return { offset, message: 'JSON does not allow this here' }
  }
}

function isInsideToken(error: ParseError): boolean {
  return (error.error as number) >= ERROR.openString
}

/** Files of another kind, given by mistake. `text` is the file with its comments: `vmess://` looks like one. */
export function recogniseOtherText(text: string): SyntaxProblem | undefined {
  const found = describeOtherText(text.trimStart().slice(0, 200))
  return found && { offset: text.search(/\S/), rule: 'VM-F06', ...found }
}

function describeOtherText(start: string): Omit<SyntaxProblem, 'offset'> | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(start)) {
    return {
      message: 'this is a link, not a configuration',
      hint: 'give a share link to: vmess connect LINK',
    }
  }
  if (start.startsWith('<')) return { message: 'this is a web page or XML, not a configuration' }
  if (/^\[\[?[A-Za-z][\w.]*\]\]?\s*$/m.test(start.split('\n')[0] ?? '')) {
    return { message: 'this looks like TOML', hint: 'only JSON is read' }
  }
  if (/^[A-Za-z][\w-]*:(\s|$)/.test(start))
    return { message: 'this looks like YAML', hint: 'only JSON is read' }
  return undefined
}
