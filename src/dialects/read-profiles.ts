/** Text of any format → profiles: the format is told by its content (share-formats §5, §6.1). */
import { Fault, isFault } from '../faults/fault.js'
import { decodeBase64Text } from './base64.js'
import type { DialectId, FormatId } from './dialect-ids.js'
import { isFileDialect, loadSyntax, syntaxOf } from './dialects.js'
import { isLineStyle } from './line-dialects.js'
import { readLinkList } from './link-list.js'
import { MAX_SOURCE_BYTES, type NodeReading } from './node-reading.js'
import { recogniseFormat, refuseForeignSource } from './recognise.js'
import { isLinkStyle } from './share-link.js'

export { MAX_SOURCE_BYTES } from './node-reading.js'

/** base64 of base64: nobody does it on purpose more often. */
const MAX_UNWRAPPED = 3

export interface ReadOptions {
  /** What the text is, where that is known. Told by the content when left out. */
  readonly dialect?: FormatId
}

export interface ProfileReading {
  /** What the text was: a dialect, or a list of links. */
  readonly dialect: FormatId
  /** In the order of the text. One bad node never loses a good one. */
  readonly nodes: readonly NodeReading[]
}

/**
 * Every node of a text: links (one or many, mixed with other lines), the body of a subscription, or the
 * file of a program. Rejects with `LINK_SOURCE` when there is no node in it, `LINK_SOURCE_SIZE` above
 * 32 MiB, and `LINK_*` for a file that cannot be read as what it is.
 */
export async function readProfiles(text: string, options: ReadOptions = {}): Promise<ProfileReading> {
  if (text.length * 3 > MAX_SOURCE_BYTES && Buffer.byteLength(text) > MAX_SOURCE_BYTES) {
    throw new Fault('LINK_SOURCE_SIZE', { why: `more than ${MAX_SOURCE_BYTES} bytes` })
  }
  const source = text.replace(/^\uFEFF/, '')
  const reading = await readSource(source, options.dialect)
  if (reading.nodes.length === 0) throw refuseForeignSource(source)
  return reading
}

async function readSource(text: string, wanted: FormatId | undefined, depth = 0): Promise<ProfileReading> {
  const format = wanted ?? recogniseFormat(text)
  if (format === 'json' || format === 'yaml') return readRecognised(text, format)
  if (isFileDialect(format)) return readFile(text, syntaxOf(format), format)
  if (format === 'subscription') {
    const body = depth < MAX_UNWRAPPED ? decodeBase64Text(text) : undefined
    if (body === undefined) throw new Fault('LINK_SYNTAX', { why: 'it is no base64 of UTF-8 text' })
    const inner = await readSource(body.replace(/^\uFEFF/, ''), undefined, depth + 1)
    return inner.dialect === 'links' || isLinkStyle(inner.dialect) || isLineStyle(inner.dialect)
      ? { ...inner, dialect: format }
      : inner
  }
  return readList(text, format)
}

/** Prose around links may look like a file. */
async function readRecognised(text: string, syntax: 'json' | 'yaml'): Promise<ProfileReading> {
  try {
    return await readFile(text, syntax)
  } catch (error) {
    if (!isFault(error) || !text.includes('://')) throw error
    const list = readList(text, 'links')
    if (list.nodes.some(({ ok }) => ok)) return list
    throw error
  }
}

async function readFile(text: string, syntax: 'json' | 'yaml', wanted?: DialectId): Promise<ProfileReading> {
  const { read } = await loadSyntax(syntax)
  const { dialect, nodes } = read(text, wanted)
  return { dialect: dialect ?? wanted ?? (syntax === 'yaml' ? 'mihomo' : 'v2ray'), nodes }
}

/** Nodes that are all of one form are of that dialect; others are a list. */
function readList(text: string, wanted: FormatId): ProfileReading {
  const nodes = readLinkList(text)
  const dialects = new Set(nodes.flatMap((node) => (node.ok ? [node.dialect] : [])))
  const [only = wanted] = dialects
  return { dialect: dialects.size === 1 ? only : wanted, nodes }
}
