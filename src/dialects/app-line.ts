/** Lines of phone apps: parts between commas, quotes around what holds one (share-formats §4.5, §10). */
import { splitOnce } from './transport-values.js'

export interface AppLine {
  readonly name: string
  /** The parts without `=`, unquoted. */
  readonly words: readonly string[]
  /** The others, values unquoted. */
  readonly entries: readonly (readonly [string, string])[]
}

/** What follows the name and its `=`; looked for at one place only, so that a long line costs its length once. */
const KIND = /^\s*vmess\s*,/i
const QUANTUMULT_X = /^vmess\s*=/i
/** `-` begins an item of YAML, `{` and `"` a value of JSON: neither is a line of an app. */
const NO_LINE = /^[-{["#;]/
const PAIR = /^[A-Za-z][\w-]*\s*=/

/** Whether a line is one of an app's, by its beginning. */
export function isAppLine(line: string): boolean {
  return !NO_LINE.test(line) && (QUANTUMULT_X.test(line) || KIND.test(behindName(line)))
}

function behindName(line: string): string {
  return splitOnce(line, '=')[1] ?? ''
}

export function isQuantumultXLine(line: string): boolean {
  return QUANTUMULT_X.test(line)
}

/** The parts of `name = vmess, …`, or of `vmess=…` without a name. */
export function splitAppLine(line: string): AppLine {
  const isX = QUANTUMULT_X.test(line)
  const name = isX ? '' : (splitOnce(line, '=')[0] ?? '')
  const rest = isX ? line.replace(QUANTUMULT_X, '') : behindName(line).replace(KIND, '')
  const words: string[] = []
  const entries: (readonly [string, string])[] = []
  for (const part of splitOutsideQuotes(rest, ',')) {
    if (PAIR.test(part)) {
      const [key, value = ''] = splitOnce(part, '=')
      entries.push([key.trim(), unquote(value.trim())])
    } else if (part !== '') words.push(unquote(part))
  }
  return { name: unquote(name.trim()), words, entries }
}

/** Parts between separators that are not inside double quotes, trimmed. */
export function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  const parts: string[] = []
  let from = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted
    else if (text[i] === separator && !quoted) {
      parts.push(text.slice(from, i).trim())
      from = i + 1
    }
  }
  parts.push(text.slice(from).trim())
  return parts
}

/** One pair of quotes around the whole, of either kind, taken off. */
export function unquote(text: string): string {
  const [first = ''] = text
  const paired = text.length >= 2 && (first === '"' || first === "'") && text.endsWith(first)
  return paired ? text.slice(1, -1) : text
}

/** A value as a line takes it: in quotes where it holds what separates, without quotes of its own. */
export function lineValue(text: string): string {
  const plain = text.replaceAll('"', '%22')
  return /[\s,=|]/.test(plain) ? `"${plain}"` : plain
}

/** `key=value`; nothing for an empty value. */
export function pair(key: string, value: string): readonly string[] {
  return value === '' ? [] : [`${key}=${lineValue(value)}`]
}
