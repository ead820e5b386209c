/** The nodes of a subscription, brought up to date in the store. */
import type { Profile } from '../../dialects/profile.js'
import { type StoreDocument, storedName } from '../profiles/document.js'
import { profileToRecord } from '../profiles/record.js'

export interface MergeCounts {
  readonly added: number
  /** Same name, other settings. */
  readonly changed: number
  readonly unchanged: number
  readonly removed: number
}

/**
 * A node that is there with the same settings stays, name and all; one with the same name gets the new
 * settings; what is no longer there goes.
 */
export function mergeNodes(
  store: StoreDocument,
  subscription: string,
  profiles: readonly Profile[],
): MergeCounts {
  const old = new Map(
    store.entries
      .filter((entry) => entry.subscription === subscription)
      .map((entry) => [
        entry.name,
        { origin: entry.origin ?? entry.name, settings: JSON.stringify(store.recordOf(entry.name)) },
      ]),
  )
  const take = (matches: (entry: { origin: string; settings: string }) => boolean): string | undefined => {
    const name = [...old].find(([, entry]) => matches(entry))?.[0]
    if (name !== undefined) old.delete(name)
    return name
  }
  const counts = { added: 0, changed: 0, unchanged: 0, removed: 0 }
  const index = new Map([...old].map(([name, { settings }]) => [settings, name]))
  const rest = profiles.filter((profile) => {
    const name = index.get(JSON.stringify(profileToRecord(profile)))
    if (name === undefined || !old.delete(name)) return true
    counts.unchanged++
    return false
  })
  for (const profile of rest) {
    const origin = storedName(profile)
    const name = old.size === 0 ? undefined : take((entry) => entry.origin === origin)
    if (name === undefined) {
      store.add(profile, { subscription, origin })
      counts.added++
    } else {
      store.replace(name, profile)
      counts.changed++
    }
  }
  for (const name of old.keys()) {
    store.remove(name)
    counts.removed++
  }
  return counts
}
