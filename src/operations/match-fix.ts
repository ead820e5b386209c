/** The client's file with its nodes put right: everything else of it stays. */
import { decodeBase64Text, encodeBase64Text } from '../dialects/base64.js'
import { clashDocument } from '../dialects/clash-writer.js'
import type { DialectId, FormatId } from '../dialects/dialect-ids.js'
import { fitProfile, normalProfile } from '../dialects/fit-profile.js'
import { writeJson } from '../dialects/json-writers.js'
import { isLineStyle, LINE_WRITERS } from '../dialects/line-dialects.js'
import type { ReadNode } from '../dialects/node-reading.js'
import type { Profile } from '../dialects/profile.js'
import { readProfiles } from '../dialects/read-profiles.js'
import { isLinkStyle, LINK_WRITERS } from '../dialects/share-link.js'
import { writeProfiles } from '../dialects/write-profiles.js'
import { itemOf } from '../matching/places.js'
import { changesBetween, type ItemChange, type Steps, stepsOf, type TextTree } from '../text/text-tree.js'
import { type MatchText, treeOf } from './match-text.js'

/** A client as its file has it, and as it should be. */
export interface Correction {
  readonly node: ReadNode
  readonly fixed: Profile
}

export interface CorrectedText {
  readonly text: string
  /** What could not stay as it was. */
  readonly note?: string
}

/**
 * The whole text with the corrected nodes in their places. Where they cannot be put in place (a list in base64
 * in base64, YAML beyond a size), the nodes alone are written in the dialect of the text, with a note.
 */
export async function correctText(
  given: MatchText,
  { dialect, corrections }: { readonly dialect: FormatId; readonly corrections: readonly Correction[] },
): Promise<CorrectedText> {
  const { text, tree } = given
  const changed = corrections.filter(({ node, fixed }) => node.profile !== fixed)
  if (changed.length === 0) return { text: withEnd(text) }
  // Prose around links may look like a file.
  const isTree = tree !== undefined && changed.every(({ node }) => !node.where.startsWith('line '))
  const corrected = isTree ? await correctTree(given, changed, tree) : correctLines(text, changed)
  if (corrected !== undefined) return { text: withEnd(corrected) }
  const profiles = corrections.map(({ fixed }) => fixed)
  const written = await writeProfiles(dialect, profiles, { lossy: true })
  return {
    text: withEnd(written.text),
    note: 'only the nodes of the client are printed, not what stands around them',
  }
}

function withEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

/** Links and lines of apps, each in the place of the old one; in base64 where the text was. */
function correctLines(text: string, corrections: readonly Correction[]): string | undefined {
  const inner = text.includes('://') || / = |vmess *=/i.test(text) ? undefined : decodeBase64Text(text)
  const lines = (inner ?? text).split('\n')
  for (const { node, fixed } of corrections) {
    const index = Number(/^line (\d+)$/.exec(node.where)?.[1]) - 1
    const line = lines[index]
    const written = lineOf(fixed, node.dialect)
    if (line === undefined || written === undefined) return undefined
    const [, before, , after] = (isLinkStyle(node.dialect) ? LINK_IN_LINE : WHOLE_LINE).exec(line) ?? []
    if (before === undefined) return undefined
    lines[index] = before + written + after
  }
  return inner === undefined ? lines.join('\n') : encodeBase64Text(lines.join('\n'))
}

/** Names behind `#` may hold spaces: a link goes on to the end of its line. */
const LINK_IN_LINE = /^(.*?)(vmess1?:\/\/.*?)(\s*)$/is
const WHOLE_LINE = /^(\s*)(.*?)(\s*)$/s

function lineOf(profile: Profile, dialect: DialectId): string | undefined {
  const { profile: fitted } = fitProfile(profile, dialect)
  if (fitted === undefined) return undefined
  if (isLinkStyle(dialect)) return LINK_WRITERS[dialect](fitted)
  return isLineStyle(dialect) ? LINE_WRITERS[dialect](fitted) : undefined
}

/** First what differs alone; what then does not read as it should is written anew as a whole. */
async function correctTree(
  { text, syntax }: MatchText,
  corrections: readonly Correction[],
  tree: TextTree,
): Promise<string | undefined> {
  const mended = tree.change(corrections.map((one) => smallestChange(one, text, tree)))
  const left = await notAsWanted(mended, corrections)
  if (left.length === 0) return mended
  const replaced = (await treeOf(mended, syntax))?.change(left.map(wholeChange)) ?? mended
  return (await notAsWanted(replaced, corrections)).length === 0 ? replaced : undefined
}

function smallestChange({ node, fixed }: Correction, text: string, tree: TextTree): ItemChange {
  const way = stepsOf(node.where)
  const item = itemOf(way)
  // What a v2rayN link holds may stand in a file without the link.
  const isBare = isLinkStyle(node.dialect) && text[tree.locate(item).offset] === '{'
  const form = (profile: Profile): unknown => {
    const plain = plainForm(profile, node.dialect)
    return isBare ? JSON.parse(decodeBase64Text(String(plain).replace(/^.*:\/\//, '')) ?? '{}') : plain
  }
  const changes = changesBetween(form(node.profile), form(fixed))
  return {
    item,
    changes: changes.map(({ steps, value }) => ({ steps: inPlace(steps, way.slice(item.length)), value })),
  }
}

/** Writers give the first user of the first server; the file has it elsewhere, or flat in `settings`. */
function inPlace(steps: Steps, peer: Steps): Steps {
  if (steps[1] !== 'vnext') return steps
  const rest = steps[3] === 'users' ? steps.slice(5) : steps.slice(3)
  if (peer.length === 0) return ['settings', ...rest]
  return steps[3] === 'users' ? [...peer.slice(0, 5), ...rest] : [...peer.slice(0, 3), ...rest]
}

function wholeChange({ node, fixed }: Correction): ItemChange {
  return {
    item: itemOf(stepsOf(node.where)),
    changes: [{ steps: [], value: plainForm(fixed, node.dialect) }],
  }
}

/** Whose node is not what was wanted, when the text is read again. */
async function notAsWanted(text: string, corrections: readonly Correction[]): Promise<readonly Correction[]> {
  const { nodes } = await readProfiles(text)
  const found = new Map(nodes.map((node) => [node.where, node]))
  return corrections.filter(({ node: { where, dialect }, fixed }) => {
    const again = found.get(where)
    if (again === undefined || !again.ok) return true
    // A node without a name is called by its address and port.
    return (
      changesBetween(plainForm({ ...again.profile, name: fixed.name }, dialect), plainForm(fixed, dialect))
        .length > 0
    )
  })
}

/** The node as its dialect writes it, as plain data; also what the dialect has no good form for. */
function plainForm(given: Profile, dialect: DialectId): unknown {
  const profile = normalProfile(given)
  if (isLinkStyle(dialect)) return LINK_WRITERS[dialect](profile)
  if (dialect === 'clash' || dialect === 'mihomo') {
    const { proxies } = clashDocument([profile])
    return (proxies as readonly unknown[])[0]
  }
  return (JSON.parse(writeJson([profile], dialect)) as { outbounds: readonly unknown[] }).outbounds[0]
}
