/**
 * The head of an HTTP/1.x message, before anyone asks what it means (RFC 9112 §2–§5).
 *
 *     start line CRLF
 *     name ":" OWS value OWS CRLF      any number of times
 *     CRLF
 *
 * Strict where leniency lets two readers see two messages: lines end with CR LF, no field is folded
 * over lines, no space stands before the colon.
 */
import { Fault } from '../faults/fault.js'

/** A header line; the name as it was written. */
export type Field = readonly [name: string, value: string]

export interface Head {
  readonly start: string
  readonly fields: readonly Field[]
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Tab, visible characters and the upper half of Latin-1. */
const TEXT = /^[\t\x20-\x7e\x80-\xff]*$/

/** A whole head, from the start line to the empty line. Throws `HTTP_HEAD`. */
export function parseHead(bytes: Uint8Array): Head {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const [start = '', ...lines] = text.slice(0, -4).split('\r\n')
  if (!TEXT.test(start)) throw new Fault('HTTP_HEAD', { why: 'the start line holds control characters' })
  return { start, fields: lines.map(parseField) }
}

/** The bytes of a head. The caller has parsed every part, or wrote it himself. */
export function encodeHead({ start, fields }: Head): Uint8Array {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${start}\r\n${lines.join('')}\r\n`, 'latin1')
}

/** The values of all fields of a name, which is given in lower case. */
export function valuesOf(fields: readonly Field[], name: string): readonly string[] {
  return fields.filter((field) => field[0].toLowerCase() === name).map((field) => field[1])
}

/** The elements of a field whose value is a comma-separated list, in lower case. */
export function elementsOf(fields: readonly Field[], name: string): readonly string[] {
  const elements = valuesOf(fields, name).flatMap((value) => value.split(','))
  return elements.map((element) => element.trim().toLowerCase()).filter((element) => element !== '')
}

export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

function parseField(line: string, index: number): Field {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0))
  if (!isToken(name)) throw new Fault('HTTP_HEAD', { why: `header ${index + 1} has no proper name` })
  const value = trimSpace(line.slice(colon + 1))
  if (!TEXT.test(value)) {
    throw new Fault('HTTP_HEAD', { why: `the value of header ${index + 1} holds control characters` })
  }
  return [name, value]
}

/** Without the spaces and tabs around it. No pattern: one would look at a long run again from each of its characters. */
function trimSpace(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isSpace(text, from)) from++
  while (to > from && isSpace(text, to - 1)) to--
  return text.slice(from, to)
}

function isSpace(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t'
}
