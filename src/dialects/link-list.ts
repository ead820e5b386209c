/** Links and lines of apps in a text of any kind: one to a line, several links to a line, or among words. */
import { Fault } from '../faults/fault.js'
import { isAppLine, splitAppLine } from './app-line.js'
import { decodeBase64Text } from './base64.js'
import { readJsonText } from './json-dialects.js'
import { readAppLine } from './line-dialects.js'
import { decodePercent } from './percent.js'
import { assertCount, type NodeReading, readNode, shareFault } from './node-reading.js'
import { readShareLink } from './share-link.js'
import { linesOf, type TextLine } from './text-lines.js'

/** A scheme and what follows it; the scheme is told from words before it. */
const SCHEME = /[a-z][a-z0-9+.-]{0,20}:\/\//i
const EACH_VMESS = /(?=vmess1?:\/\/)/i
const VMESS = /^vmess1?:\/\//i
const COMMENT = /^(#|\/\/|;)/
/** What may go on in the next line when base64 was wrapped. */
const BASE64_LINK = /^vmess:\/\/[A-Za-z0-9+/_=-]+$/i
const BASE64_LINE = /^[A-Za-z0-9+/_=-]+$/
/** Longest line of an app, and longest link that lines are put together for, in characters. */
const MAX_JOINED = 64 * 1024

/** Every node of the text; lines without one are passed over. Throws `LINK_SOURCE_SIZE`. */
export function readLinkList(text: string): readonly NodeReading[] {
  const faults = new Map<string, Fault>()
  const nodes: NodeReading[] = []
  let number = 0
  for (const { line, next } of linesOf(text)) {
    number++
    for (const node of readWhole(line.trim(), { text, number, next })) nodes.push(shareFault(node, faults))
    assertCount(nodes.length)
  }
  return nodes
}

function readWhole(line: string, place: LinePlace): readonly NodeReading[] {
  if (COMMENT.test(line)) return []
  if (isAppLine(line)) return [readLine(line, place.number)]
  if (!line.includes('://')) return []
  const pieces = splitLine(line)
  assertCount(pieces.length, 'links in a line')
  return pieces.flatMap((piece) => readPiece(piece, place))
}

function readLine(line: string, number: number): NodeReading {
  const where = `line ${number}`
  if (line.length > MAX_JOINED) {
    return {
      ok: false,
      where,
      fault: new Fault('LINK_TOO_LONG', { why: `more than ${MAX_JOINED} characters` }),
    }
  }
  return readNode(where, () => readAppLine(line), splitAppLine(line).name)
}

/** The links of one line. Words in front of the first one are dropped. */
function splitLine(line: string): readonly string[] {
  const start = line.search(SCHEME)
  if (start < 0) return []
  const pieces = line.slice(start).split(EACH_VMESS)
  return pieces.length === 1 ? pieces : pieces.filter((piece) => piece.includes('://'))
}

interface LinePlace extends Pick<TextLine, 'next'> {
  readonly text: string
  /** From 1. */
  readonly number: number
}

function readPiece(piece: string, place: LinePlace): readonly NodeReading[] {
  const where = `line ${place.number}`
  if (!VMESS.test(piece)) return [{ ok: false, where, ...nameOf(piece), fault: foreignLink(piece) }]
  const whole = readNode(where, () => asNode(piece), nameOf(piece).name)
  if (whole.ok) return [whole]
  if (whole.fault.code === 'LINK_DIALECT') return unpack(piece, where) ?? [whole]
  const [first = piece] = piece.split(/\s/, 1)
  const others = [first, ...(BASE64_LINK.test(piece) ? [joinLines(piece, place)] : [])]
  for (const candidate of others) {
    if (candidate === piece) continue
    const reading = readNode(where, () => asNode(candidate))
    if (reading.ok) return [reading]
  }
  return [whole]
}

/** A whole configuration, or a list of links, that somebody put behind one `vmess://` (share-formats §4.6). */
function unpack(link: string, where: string): readonly NodeReading[] | undefined {
  const inner = decodeBase64Text(link.replace(VMESS, '').replace(/[?#].*$/s, ''))?.trim() ?? ''
  const nodes = inner.startsWith('{') ? readJsonText(inner).nodes : readInnerLinks(inner)
  return nodes.length === 0 ? undefined : nodes.map((node) => ({ ...node, where: `${where}, ${node.where}` }))
}

/** One link a line; what those hold in turn is not looked into. */
function readInnerLinks(text: string): readonly NodeReading[] {
  return text
    .split('\n')
    .map((line, i) => [line.trim(), `line ${i + 1}`] as const)
    .filter(([line]) => VMESS.test(line))
    .map(([line, where]) => readNode(where, () => asNode(line), nameOf(line).name))
}

function asNode(link: string) {
  const { profile, style, notes } = readShareLink(link)
  return { profile, dialect: style, notes }
}

/** The link with the lines of base64 that follow it. */
function joinLines(piece: string, { text, next }: LinePlace): string {
  const parts = [piece]
  let size = piece.length
  for (const { line } of linesOf(text, next)) {
    const part = line.trim()
    size += part.length
    if (size > MAX_JOINED || !BASE64_LINE.test(part)) break
    parts.push(part)
  }
  return parts.join('')
}

function nameOf(link: string): { readonly name?: string } {
  const fragment = link.split('#', 2)[1]
  return fragment === undefined || fragment === '' ? {} : { name: decodePercent(fragment).trim() }
}

function foreignLink(link: string): Fault {
  const scheme = link.slice(0, link.indexOf(':')).toLowerCase()
  return new Fault('LINK_PROTOCOL', { why: `it is a ${scheme} link` })
}
