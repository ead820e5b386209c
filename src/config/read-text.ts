/** Text → places, with all that is wrong on the way reported to a `Source`. */
import type { Node } from 'jsonc-parser'
import type { Span } from '../text/text-tree.js'
import type { Config } from './config.js'
import { inspectSingBox, isSingBox } from './inspect/sing-box.js'
import { Place, Source, type SourceOptions } from './place.js'
import { parseSyntax } from './syntax.js'
import { readTopLevel } from './top-level.js'

export interface ReadText {
  readonly source: Source
  /** How far reading came: text that is no JSON, or JSON whose content was looked at. */
  readonly at: 'syntax' | 'content'
  /** The root; undefined when the text is no JSON, holds no object, or is in another form. */
  readonly root?: Place
  /** Counts only when no error was reported. */
  readonly config?: Config
}

/** `auto` tells by the content. */
export type TextFormat = 'auto' | 'v2ray' | 'sing-box'

export interface ReadOptions extends SourceOptions {
  readonly format?: TextFormat
  /** After a mistake of syntax, look at the parts that it does not touch. */
  readonly pastMistakes?: boolean
}

export function readText(text: string, options: ReadOptions): ReadText {
  const { format = 'v2ray', pastMistakes = false } = options
  const parsed = parseSyntax(text)
  const source = new Source(parsed.text, options)
  if (text.startsWith('\uFEFF')) {
    const message = 'the file begins with a byte order mark'
    source.report({ rule: 'VM-F02', path: '', offset: 0, length: 0, message, fix: [] })
  }
  if (!parsed.ok) {
    for (const problem of parsed.problems) {
      source.report({ rule: 'VM-F01', path: '', length: 1, ...problem })
    }
    if (pastMistakes && parsed.rest !== undefined) readSound(source, parsed.rest)
    return { source, at: 'syntax' }
  }
  const root = rootOf(new Place(source, parsed.root, ''))
  const isOther = root !== undefined && (format === 'sing-box' || (format === 'auto' && isSingBox(root)))
  if (isOther) inspectSingBox(root)
  const config = isOther ? undefined : root && readTopLevel(root)
  if (parsed.ignoredFrom !== undefined) reportRest(source, parsed.ignoredFrom)
  return { source, at: 'content', ...(root && !isOther && { root }), ...(config && { config }) }
}

/** Only what is wrong inside of the sound parts is told, without edits: those wait for the syntax. */
function readSound(
  source: Source,
  { root, sound }: { readonly root: Node; readonly sound: readonly Span[] },
): void {
  const place = new Place(source, root, '')
  if (sound.length === 0 || root.type !== 'object' || isSingBox(place)) return
  source.confineTo(sound)
  readTopLevel(place)
}

/** `null` is an empty configuration, as in V2Ray. */
function rootOf(place: Place): Place | undefined {
  if (place.isNull) return new Place(place.source, { ...place.node, type: 'object', children: [] }, '')
  if (place.node.type === 'object') return place
  const { type } = place.node
  place.report('VM-F07', `must be an object, found ${type === 'array' ? 'an array' : `a ${type}`}`)
  return undefined
}

function reportRest(source: Source, offset: number): void {
  source.report({
    rule: 'VM-F04',
    path: '',
    offset,
    length: 1,
    message: 'text after the end of the configuration is ignored',
    fix: [{ offset, length: source.text.length - offset, text: '' }],
  })
}
