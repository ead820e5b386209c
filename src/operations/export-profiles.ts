/** The text of a subscription. */
import type { FormatId } from '../dialects/dialect-ids.js'
import { displayText } from '../dialects/display-text.js'
import { writeProfiles } from '../dialects/write-profiles.js'
import { Fault } from '../faults/fault.js'
import { everyProfile } from './probe/chosen.js'
import { readShareSource, type ShareSource, type SharedProfiles } from './share-source.js'

export interface ExportRequest extends ShareSource {
  /** Every stored profile, instead of a source. */
  readonly all: boolean
  readonly format: FormatId
}

export interface ExportedText {
  readonly text: string
  readonly nodes: number
  /** What was lost, and which nodes are not in it. */
  readonly notes: readonly string[]
}

/** Throws what `readShareSource` throws, and `LINK_LOSS` when not one node fits the format. */
export async function exportProfiles(request: ExportRequest): Promise<ExportedText> {
  const { all, format, folder } = request
  const { profiles, notes }: SharedProfiles = all
    ? await everyProfile(folder)
    : await readShareSource(request)
  const { text, losses, leftOut, notes: remarks } = await writeProfiles(format, profiles)
  if (leftOut.length === profiles.length) {
    const [first] = losses.filter(({ breaks }) => breaks)
    throw new Fault('LINK_LOSS', { why: `${format} has no place for ${first?.title ?? 'any of them'}` })
  }
  const without = leftOut.map(
    (index) => `${displayText(profiles[index]?.name ?? '')} is left out: ${format} cannot carry it`,
  )
  const lost = losses
    .filter(({ profile }) => !leftOut.includes(profile))
    .map(({ name, title }) => `${displayText(name)}: ${format} has no place for ${title}`)
  return { text, nodes: profiles.length - leftOut.length, notes: [...notes, ...remarks, ...without, ...lost] }
}
