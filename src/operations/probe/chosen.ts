/** Which servers are measured. */
import type { Profile } from '../../dialects/profile.js'
import { asFault, Fault } from '../../faults/fault.js'
import { parseShareLink } from '../../dialects/share-link.js'
import { readStore } from '../profiles/store.js'
import { readTextStream } from '../text-input.js'

export interface Choice {
  /** Names of stored profiles, links, and `-`; the profile in use unless given. */
  readonly names: readonly string[]
  /** Every stored one instead. */
  readonly all: boolean
  readonly folder: string
  /** For `-`. */
  readonly stdin?: AsyncIterable<Uint8Array>
}

export interface Chosen {
  readonly profiles: readonly Profile[]
  /** Stored ones that cannot be used, and why. */
  readonly notes: readonly string[]
}

/** At least one. Throws PROFILE and LINK faults. */
export async function chooseProfiles({ names, all, folder, stdin }: Choice): Promise<Chosen> {
  const store = await readStore(folder)
  if (!all) {
    const wanted: readonly (string | undefined)[] = names.length === 0 ? [undefined] : names
    const profiles: Profile[] = []
    for (const name of wanted) {
      if (name === '-' && stdin !== undefined)
        profiles.push(parseShareLink(await readTextStream(stdin, 'standard input')))
      else profiles.push(name?.includes('://') ? parseShareLink(name) : store.profile(store.nameOr(name)))
    }
    return { profiles, notes: [] }
  }
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
