/** Nodes of any format in any other, and what is lost on the way. */
import { findFormat, FORMAT_IDS, type FormatId } from '../dialects/dialect-ids.js'
import { displayText } from '../dialects/display-text.js'
import { readProfiles } from '../dialects/read-profiles.js'
import { type WrittenLoss, writeProfiles } from '../dialects/write-profiles.js'
import { Fault } from '../faults/fault.js'
import { type NamedSource, readSource, type SourceReading } from './profiles/named-source.js'

export type { FormatId } from '../dialects/dialect-ids.js'

export interface ConvertOptions {
  /** Told by the content unless given. */
  readonly from?: FormatId | undefined
  readonly to: FormatId
  /** Leave out what the target cannot say, even where the tunnel depends on it. */
  readonly lossy?: boolean
}

export interface ConvertedNode {
  /** `line 3`, or a JSON pointer. */
  readonly where: string
  readonly name: string
  readonly server: string
  readonly port: number
  readonly notes: readonly string[]
  /** Whether it is in the text. */
  readonly written: boolean
}

/** A node that could not be read. */
export interface SkippedNode {
  readonly where: string
  readonly name: string
  readonly code: string
  readonly why: string
}

export interface Conversion {
  /** `profile` for a stored one. */
  readonly from: FormatId | 'profile'
  readonly to: FormatId
  readonly text: string
  readonly nodes: readonly ConvertedNode[]
  readonly skipped: readonly SkippedNode[]
  /** `profile` counts in `nodes`. */
  readonly losses: readonly WrittenLoss[]
  readonly notes: readonly string[]
}

/** How many nodes a fault lists. */
const MAX_LISTED = 10

/** A format by its name or an alias. Throws `CLI_USAGE` with the names there are. */
export function parseFormat(name: string): FormatId {
  const format = findFormat(name)
  if (format !== undefined) return format
  throw new Fault('CLI_USAGE', {
    what: `there is no format ${displayText(name)}`,
    hint: `one of ${FORMAT_IDS.join(', ')}`,
  })
}

/**
 * Every node of the text in another format. Throws LINK faults for a text without a node, and `LINK_LOSS`
 * when a node would not work in the target and that was not asked for.
 */
export async function convertText(text: string, { from, ...options }: ConvertOptions): Promise<Conversion> {
  const { dialect: format, nodes } = await readProfiles(text, from === undefined ? {} : { dialect: from })
  return convertNodes({ format, nodes }, options)
}

/** The same for what `findSource` has found: the text of a link or a file, or a stored profile. */
export async function convertSource(
  source: NamedSource,
  { from, ...options }: ConvertOptions,
): Promise<Conversion> {
  return convertNodes(await readSource(source, from), options)
}

async function convertNodes(
  reading: SourceReading,
  { to, lossy = false }: Omit<ConvertOptions, 'from'>,
): Promise<Conversion> {
  const good = reading.nodes.filter((node) => node.ok)
  const bad = reading.nodes.filter((node) => !node.ok)
  if (good.length === 0 && bad[0] !== undefined) throw bad[0].fault
  const written = await writeProfiles(
    to,
    good.map(({ profile }) => profile),
    { lossy },
  )
  const broken = written.losses.filter(({ breaks }) => breaks)
  if (written.text === '' || (!lossy && broken.length > 0)) throw refuseLosses(broken, good.length)
  const left = new Set(written.leftOut)
  return {
    from: reading.format,
    to,
    text: written.text,
    nodes: good.map(({ where, notes, profile: { name, server, port } }, i) => ({
      where,
      name,
      server,
      port,
      notes,
      written: !left.has(i),
    })),
    skipped: bad.map(({ where, name = '', fault }) => ({
      where,
      name,
      code: fault.code,
      why: fault.message,
    })),
    losses: written.losses,
    notes: written.notes,
  }
}

/** The nodes that would not work, each with the fields it depends on. */
function refuseLosses(losses: readonly WrittenLoss[], total: number): Fault {
  const byNode = new Map<number, readonly WrittenLoss[]>()
  for (const loss of losses) byNode.set(loss.profile, [...(byNode.get(loss.profile) ?? []), loss])
  const lines = [...byNode.values()]
    .slice(0, MAX_LISTED)
    .map((own) => `${displayText(own[0]?.name ?? '')}: ${own.map(describeLoss).join('; ')}`)
  const more = byNode.size - lines.length
  return new Fault('LINK_LOSS', {
    what: `${byNode.size} of ${total} nodes would not work`,
    why: ['', ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n  '),
    hint: 'choose another format, or write what is left with --lossy',
  })
}

function describeLoss({ title, value, why }: WrittenLoss): string {
  const shown = value === '' || value === title ? title : `${title} (${displayText(value)})`
  return `${shown}: ${why}`
}
