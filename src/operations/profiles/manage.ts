/** Looking at stored profiles, and changing them one by one. */
import { formatUuid } from '../../account/uuid.js'
import type { Profile } from '../../dialects/profile.js'
import { asFault } from '../../faults/fault.js'
import type { StoreDocument } from './document.js'
import { nodeFacts, type NodeFacts } from './node-facts.js'
import { type JsonObject, profileToRecord } from './record.js'
import { changeStore, readStore } from './store.js'

export type ListedProfile = {
  readonly name: string
  /** The one that commands take when none is named. */
  readonly current: boolean
  /** The subscription it comes from. */
  readonly subscription?: string
} & (({ readonly usable: true } & NodeFacts) | { readonly usable: false; readonly problem: string })

/** Every stored profile, in the order they were stored; ids in full only when that is asked for. */
export async function listProfiles(folder: string, showSecrets = false): Promise<ListedProfile[]> {
  const store = await readStore(folder)
  const { current } = store
  return store.entries.map(({ name, subscription }) => ({
    name,
    current: name === current,
    ...(subscription !== undefined && { subscription }),
    ...describe(store, name, showSecrets),
  }))
}

function describe(store: StoreDocument, name: string, showSecrets: boolean) {
  try {
    const profile = store.profile(name)
    const facts = nodeFacts(profile)
    return { usable: true, ...facts, ...(showSecrets && { id: formatUuid(profile.uuid) }) } as const
  } catch (error) {
    return { usable: false, problem: asFault(error).message } as const
  }
}

export interface ShownProfile {
  readonly name: string
  readonly current: boolean
  readonly subscription?: string
  /** Its settings, with what is secret masked unless asked for. */
  readonly settings: JsonObject
}

const SECRET_KEYS: ReadonlySet<string> = new Set(['seed', 'key', 'shortId'])

/** One profile, the one in use unless named. Throws `PROFILE_UNKNOWN`, `PROFILE_NONE` and `PROFILE_DAMAGED`. */
export async function showProfile(
  folder: string,
  name: string | undefined,
  showSecrets = false,
): Promise<ShownProfile> {
  const store = await readStore(folder)
  const found = store.nameOr(name)
  const profile = store.profile(found)
  const { subscription } = store.entryOf(found)
  return {
    name: found,
    current: found === store.current,
    ...(subscription !== undefined && { subscription }),
    settings: settingsOf(profile, showSecrets),
  }
}

function settingsOf(profile: Profile, showSecrets: boolean): JsonObject {
  const record = profileToRecord(profile)
  if (showSecrets) return record
  // What nobody here knows may be a secret.
  const extra = Object.fromEntries([...profile.extra.keys()].map((key) => [key, '****']))
  const masked = { ...record, uuid: nodeFacts(profile).id, ...(profile.extra.size > 0 && { extra }) }
  return maskKeys(masked) as JsonObject
}

function maskKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([key, member]) => [
    key,
    SECRET_KEYS.has(key) && member !== '' ? '****' : maskKeys(member),
  ])
  return Object.fromEntries(entries)
}

/** Throws `PROFILE_UNKNOWN`; gives the name as it is stored. */
export async function useProfile(folder: string, name: string): Promise<string> {
  return changeStore(folder, (store) => store.use(name))
}

/** Throws `PROFILE_UNKNOWN` and `PROFILE_NAME`. */
export async function renameProfile(
  folder: string,
  from: string,
  to: string,
): Promise<[from: string, to: string]> {
  return changeStore(folder, (store) => [store.find(from), store.rename(from, to)])
}

/** All of them or none. Throws `PROFILE_UNKNOWN`. */
export async function removeProfiles(folder: string, names: readonly string[]): Promise<string[]> {
  return changeStore(folder, (store) => names.map((name) => store.remove(name)))
}
