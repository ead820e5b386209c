/** The text of one side of a match: where things stand in it. */
import { type Excerpt, excerptOf } from '../config/excerpt.js'
import { jsonTree } from '../config/json-tree.js'
import type { ProfileTransport } from '../dialects/profile.js'
import type { Difference } from '../matching/difference.js'
import { placeOf } from '../matching/places.js'
import { LineIndex } from '../text/lines.js'
import { pointerOf, type Span, stepsOf, type TextTree } from '../text/text-tree.js'

/** Where a finding is about something, in one of the two files. */
export interface MatchPlace {
  readonly file: string
  /** A JSON pointer, or `line 3` of a list of links. */
  readonly path: string
  /** Both from 1; absent where the text has no lines to speak of: a link, or what cannot be read again. */
  readonly line?: number
  readonly column?: number
  /** Of the value in the text without its byte order mark. */
  readonly offset?: number
  readonly length?: number
  /** The line, with ids and passwords as stars. */
  readonly excerpt?: Excerpt
}

export interface MatchText {
  readonly file: string
  readonly text: string
  /** Undefined for links and lines of apps. */
  readonly tree: TextTree | undefined
  readonly syntax: TextKind['syntax']
  /** Undefined for a link that was given itself. */
  readonly lines: LineIndex | undefined
}

export interface TextKind {
  /** Undefined for links and lines of apps. */
  readonly syntax: 'json' | 'yaml' | undefined
  /** A link that was given itself, in place of a file. */
  readonly isLink?: boolean
}

/** `file` stands for the text in findings. */
export async function matchText(
  file: string,
  given: string,
  { syntax, isLink = false }: TextKind,
): Promise<MatchText> {
  const text = given.replace(/^\uFEFF/, '')
  return {
    file,
    text,
    syntax,
    tree: await treeOf(text, syntax),
    lines: isLink ? undefined : new LineIndex(text),
  }
}

/** Undefined for what is no tree, and for a text that is too long for one. */
export async function treeOf(text: string, syntax: TextKind['syntax']): Promise<TextTree | undefined> {
  if (syntax === 'json') return jsonTree(text)
  return syntax === 'yaml' ? (await import('../dialects/yaml-tree.js')).yamlTree(text) : undefined
}

/** The place of a difference, given where the node of that side stands. */
export function locateDifference(
  { id }: Pick<Difference, 'id'>,
  where: string,
  { text: side, network }: { readonly text: MatchText; readonly network: ProfileTransport['network'] },
): MatchPlace {
  const { file, tree, lines } = side
  const isPointer = where === '' || where.startsWith('/')
  if (isPointer && tree !== undefined) {
    const { steps, ...span } = placeOf(tree, { id, network, node: stepsOf(where) })
    return { file, path: pointerOf(steps), ...spot(side, span) }
  }
  const number = /^line (\d+)/.exec(where)?.[1]
  if (number === undefined || lines === undefined) return { file, path: where }
  const start = lines.start(Number(number))
  const offset = start + (side.text.slice(start).match(/^[^\S\n]*/)?.[0].length ?? 0)
  return { file, path: where, ...spot(side, { offset, length: 1 }) }
}

function spot({ text, lines }: MatchText, { offset, length }: Span): Partial<MatchPlace> {
  if (lines === undefined) return {}
  const place = lines.position(offset)
  return { ...place, offset, length, excerpt: excerptOf(text, { offset, length, ...place }) }
}
