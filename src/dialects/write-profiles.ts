/** Profiles → text of any format: strict out, with a report of what did not fit (share-formats §12, §13.2). */
import { encodeBase64Text } from './base64.js'
import { DIALECT_IDS, type DialectId, type FormatId } from './dialect-ids.js'
import { isFileDialect, loadSyntax, syntaxOf } from './dialects.js'
import { type FittedProfile, fitProfile, type ProfileLoss } from './fit-profile.js'
import { isLineStyle, LINE_WRITERS } from './line-dialects.js'
import type { Profile } from './profile.js'
import { isLinkStyle, LINK_WRITERS } from './share-link.js'

/** One thing that the text does not say, and whose. */
export interface WrittenLoss extends ProfileLoss {
  /** Which of the profiles, from 0, and its name. */
  readonly profile: number
  readonly name: string
}

export interface WriteOptions {
  /** Write nodes without what breaks them. Those without a transport are left out even so. */
  readonly lossy?: boolean
}

export interface WrittenProfiles {
  /** Empty when no node could be written. */
  readonly text: string
  readonly losses: readonly WrittenLoss[]
  /** Remarks that concern no single field. */
  readonly notes: readonly string[]
  /** Which of the profiles, from 0, are not in the text. */
  readonly leftOut: readonly number[]
}

/**
 * The text of profiles in one format, and what it does not say. A node that would not work is left out
 * unless `lossy`. Throws `LINK_FIELD` for a profile that is not whole.
 */
export async function writeProfiles(
  format: FormatId,
  profiles: readonly Profile[],
  { lossy = false }: WriteOptions = {},
): Promise<WrittenProfiles> {
  const fitted = profiles.map((profile) => fitTo(format, profile))
  const losses = fitted.flatMap(({ losses: own }, index) =>
    own.map((loss) => ({ ...loss, profile: index, name: profiles[index]?.name ?? '' })),
  )
  const kept = fitted.flatMap(({ dialect, profile, losses: own }, index) =>
    profile === undefined || (!lossy && own.some(({ breaks }) => breaks))
      ? []
      : [{ dialect, profile, index }],
  )
  const { named, notes } = makeNamesUnique(kept, isDocument(format))
  const present = new Set(kept.map(({ index }) => index))
  return {
    text: named.length === 0 ? '' : await writeText(format, named),
    losses,
    notes,
    leftOut: [...profiles.keys()].filter((index) => !present.has(index)),
  }
}

interface FittedNode extends FittedProfile {
  readonly dialect: DialectId
}

/** Lists take each node in the form that loses least, the older one first. */
function fitTo(format: FormatId, profile: Profile): FittedNode {
  if (isDialect(format)) return { dialect: format, ...fitProfile(profile, format) }
  const [classic, standard] = (['v2rayn', 'url'] as const).map((dialect) => ({
    dialect,
    ...fitProfile(profile, dialect),
  })) as [FittedNode, FittedNode]
  return weightOf(standard) < weightOf(classic) ? standard : classic
}

/** What breaks counts more than any number of what does not. */
function weightOf({ losses }: FittedNode): number {
  return losses.filter(({ breaks }) => breaks).length * 1000 + losses.length
}

interface NamedNode {
  readonly dialect: DialectId
  readonly profile: Profile
}

async function writeText(format: FormatId, nodes: readonly NamedNode[]): Promise<string> {
  if (isFileDialect(format)) {
    const { write } = await loadSyntax(syntaxOf(format))
    return write(
      nodes.map(({ profile }) => profile),
      format,
    )
  }
  if (isLineStyle(format)) return `${nodes.map(({ profile }) => LINE_WRITERS[format](profile)).join('\n')}\n`
  const links = nodes.map(({ dialect, profile }) =>
    isLinkStyle(dialect) ? LINK_WRITERS[dialect](profile) : '',
  )
  const list = `${links.join('\n')}\n`
  return format === 'subscription' ? `${encodeBase64Text(list)}\n` : list
}

function isDialect(format: FormatId): format is DialectId {
  return DIALECT_IDS.some((id) => id === format)
}

/** Formats in which names tell nodes apart. */
function isDocument(format: FormatId): boolean {
  return isDialect(format) && !isLinkStyle(format)
}

/** `Demo`, `Demo 2`, `Demo 3`. */
function makeNamesUnique<T extends NamedNode>(
  nodes: readonly T[],
  wanted: boolean,
): { readonly named: readonly T[]; readonly notes: readonly string[] } {
  if (!wanted) return { named: nodes, notes: [] }
  const taken = new Set<string>()
  const counts = new Map<string, number>()
  let renamed = 0
  const named = nodes.map((node) => {
    const { name } = node.profile
    let unique = name
    for (let n = (counts.get(name) ?? 1) + 1; taken.has(unique); n++) {
      unique = `${name} ${n}`
      counts.set(name, n)
    }
    taken.add(unique)
    if (unique !== name) renamed++
    return unique === name ? node : { ...node, profile: { ...node.profile, name: unique } }
  })
  const notes = renamed === 0 ? [] : [`${renamed} nodes got a number, because their name was taken`]
  return { named, notes }
}
