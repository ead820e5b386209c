/** Which servers are measured. */
import { asFault, Fault } from '../../faults/fault.js'
import { findSource, readSource, type SourceProfiles, usableProfiles } from '../profiles/named-source.js'
import { readStore } from '../profiles/store.js'

export interface Choice {
  /** As `findSource` takes them; the profile in use unless given. */
  readonly names: readonly string[]
  /** Every stored one instead. */
  readonly all: boolean
  readonly folder: string
  /** For `-`. */
  readonly stdin: AsyncIterable<Uint8Array>
}

/** At least one. Throws PROFILE, CLI_FILE and LINK faults. */
export async function chooseProfiles({ names, all, folder, stdin }: Choice): Promise<SourceProfiles> {
  if (all) return everyProfile(folder)
  const wanted: readonly (string | undefined)[] = names.length === 0 ? [undefined] : names
  const found: SourceProfiles[] = []
  for (const name of wanted) {
    found.push(usableProfiles(await readSource(await findSource({ name, folder, stdin }))))
  }
  return {
    profiles: found.flatMap(({ profiles }) => profiles),
    notes: found.flatMap(({ notes }) => notes),
  }
}

/** Notes are on stored ones that cannot be used. */
export async function everyProfile(folder: string): Promise<SourceProfiles> {
  const store = await readStore(folder)
  const notes: string[] = []
  const profiles = store.entries.flatMap(({ name }) => {
    try {
      return [store.profile(name)]
    } catch (error) {
      notes.push(`${name}: ${asFault(error).message}`)
      return []
    }
  })
  if (profiles.length === 0)
    throw new Fault('PROFILE_NONE', { what: 'no profile is stored', hint: 'vmess import SOURCE' })
  return { profiles, notes }
}
