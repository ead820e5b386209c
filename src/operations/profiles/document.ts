/**
 * The content of the store: profiles by name, which one is in use, and subscriptions. What a later
 * version may have added is kept as it is, at every level.
 */
import { cleanName, displayText } from '../../dialects/display-text.js'
import type { JsonValue, Profile } from '../../dialects/profile.js'
import { Fault } from '../../faults/fault.js'
import { nearestWord } from '../../faults/nearest-word.js'
import { MAX_PLAIN_VALUES, measureJson } from '../../text/json-extent.js'
import { type JsonObject, profileToRecord, recordToProfile } from './record.js'

export interface ProfileEntry {
  readonly name: string
  /** Of the subscription it comes from. */
  readonly subscription?: string
  /** What it is called there. */
  readonly origin?: string
}

interface StoredEntry extends ProfileEntry {
  readonly profile: JsonObject
}

type Fields = Record<string, JsonValue>

const VERSION = 1
/** How many names a fault lists. */
const MAX_LISTED = 10
const EMPTY: Fields = { version: VERSION, profiles: [] }

export class StoreDocument {
  readonly #fields: Fields
  /** In the order of the file. */
  readonly #entries: Map<string, StoredEntry>
  /** The number that a further entry of this base name gets. */
  readonly #next = new Map<string, number>()

  /** Of the text of a store, or undefined for an empty one. Throws `PROFILE_STORE`. */
  constructor(text: string | undefined) {
    this.#fields = text === undefined ? { ...EMPTY } : parseFields(text)
    const list = this.#fields.profiles ?? []
    if (!Array.isArray(list)) throw damaged('profiles is no list')
    this.#entries = new Map(list.map((value, i) => entryOf(value, i)))
  }

  get entries(): readonly ProfileEntry[] {
    return [...this.#entries.values()]
  }

  /** The name of the profile in use: the one that was chosen, else the only one there is. */
  get current(): string | undefined {
    const name = this.#fields.current
    if (typeof name === 'string' && this.#entries.has(name)) return name
    const [only, ...others] = this.#entries.keys()
    return others.length === 0 ? only : undefined
  }

  get subscriptions(): readonly JsonObject[] {
    const list = this.#fields.subscriptions
    return Array.isArray(list) ? (list as JsonObject[]) : []
  }

  set subscriptions(list: readonly JsonObject[]) {
    this.#fields.subscriptions = list
  }

  /** Whether {@link find} finds it. */
  has(name: string): boolean {
    return this.#alike(name).length === 1
  }

  /** Throws `PROFILE_UNKNOWN`, and `PROFILE_DAMAGED` where its fields cannot be used. */
  profile(name: string): Profile {
    const found = this.find(name)
    return recordToProfile(found, this.#entries.get(found)?.profile)
  }

  /** The name as it is stored: exactly this one, or the only one that differs in case. Throws `PROFILE_UNKNOWN`. */
  find(name: string): string {
    const alike = this.#alike(name)
    if (alike.length === 1) return alike[0] as string
    const near = nearestWord(name, this.#entries.keys())
    const hint =
      near === undefined ? 'vmess profile list shows the names' : `did you mean ${displayText(near)}`
    throw new Fault('PROFILE_UNKNOWN', { why: displayText(name), hint })
  }

  /** The name of this profile, or of the one in use. Throws `PROFILE_UNKNOWN` and `PROFILE_NONE`. */
  nameOr(name: string | undefined): string {
    const found = name === undefined ? this.current : this.find(name)
    if (found !== undefined) return found
    if (this.#entries.size > 0) throw new Fault('PROFILE_NONE', { why: `stored are ${this.#someNames()}` })
    throw new Fault('PROFILE_NONE', { what: 'no profile is stored', hint: 'vmess import SOURCE' })
  }

  /** The settings as they are stored, of a name that is stored. */
  recordOf(name: string): JsonObject | undefined {
    return this.#entries.get(name)?.profile
  }

  /** Of a name that is stored. */
  entryOf(name: string): ProfileEntry {
    return this.#entries.get(name) ?? { name }
  }

  /** Under the profile's name, or one made from it that is still free; gives that name. */
  add(profile: Profile, from: Omit<ProfileEntry, 'name'> = {}): string {
    const name = this.#freeName(storedName(profile))
    this.#entries.set(name, { name, ...from, profile: profileToRecord(profile) })
    return name
  }

  /** A profile of nobody's but the user's from now on. */
  release(name: string): void {
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    const { subscription: _subscription, origin: _origin, ...own } = entry
    this.#entries.set(name, own)
  }

  /** New settings for a profile; its name, place and whatever else the file says of it stay. */
  replace(name: string, profile: Profile): void {
    const entry = this.#entries.get(name)
    if (entry !== undefined) this.#entries.set(name, { ...entry, profile: profileToRecord(profile) })
  }

  /** Throws `PROFILE_UNKNOWN` and `PROFILE_NAME`. */
  rename(from: string, to: string): string {
    const old = this.find(from)
    const name = checkName(to)
    if (name !== old && this.#entries.has(name)) {
      throw new Fault('PROFILE_NAME', { why: `there is a profile ${displayText(name)} already` })
    }
    const all = [...this.#entries.values()]
    const wasCurrent = this.current === old
    this.#entries.clear()
    for (const entry of all) {
      const kept = entry.name === old ? { ...entry, name } : entry
      this.#entries.set(kept.name, kept)
    }
    if (wasCurrent) this.#fields.current = name
    return name
  }

  /** Throws `PROFILE_UNKNOWN`. */
  remove(name: string): string {
    const found = this.find(name)
    const wasCurrent = this.current === found
    this.#entries.delete(found)
    if (wasCurrent) delete this.#fields.current
    return found
  }

  /** Throws `PROFILE_UNKNOWN`. */
  use(name: string): string {
    const found = this.find(name)
    this.#fields.current = found
    return found
  }

  toText(): string {
    const profiles = [...this.#entries.values()]
    return `${JSON.stringify({ ...this.#fields, profiles }, null, 1)}\n`
  }

  #alike(name: string): string[] {
    if (this.#entries.has(name)) return [name]
    const folded = name.toLowerCase()
    return [...this.#entries.keys()].filter((known) => known.toLowerCase() === folded)
  }

  #someNames(): string {
    const names = [...this.#entries.keys()].slice(0, MAX_LISTED).map(displayText)
    const more = this.#entries.size - names.length
    return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
  }

  #freeName(base: string): string {
    if (!this.#entries.has(base)) return base
    for (let number = this.#next.get(base) ?? 2; ; number++) {
      const name = `${base} ${number}`
      if (this.#entries.has(name)) continue
      this.#next.set(base, number + 1)
      return name
    }
  }
}

/** The name a profile gets: without what cannot be seen, at most 200 characters, never empty. */
export function storedName({ name, server, port }: Pick<Profile, 'name' | 'server' | 'port'>): string {
  return displayText(cleanName(name)).trim() || `${server}:${port}`
}

/** Whether nothing in a name is hidden; every name that this program gives is so. */
export function isCleanName(name: string): boolean {
  return displayText(cleanName(name)).trim() === name && name !== ''
}

/** A name that a person chose. Throws `PROFILE_NAME`. */
export function checkName(name: string): string {
  if (isCleanName(name) && name !== '-') return name
  const why =
    name === '' || name === '-'
      ? 'it is empty, or a lone dash'
      : 'it has characters that cannot be seen, or is too long'
  throw new Fault('PROFILE_NAME', { why })
}

function parseFields(text: string): Fields {
  const { tooDeepAt, tooManyAt } = measureJson(text, MAX_PLAIN_VALUES)
  if ((tooDeepAt ?? tooManyAt) !== undefined) throw damaged('it holds more than this program ever wrote')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged('it is no JSON', cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw damaged('it is no JSON object')
  const fields = value as Fields
  const version = fields.version
  if (typeof version === 'number' && version > VERSION) {
    throw damaged(`it is of version ${version}, and this program knows ${VERSION}`)
  }
  return fields
}

function entryOf(value: JsonValue, index: number): [string, StoredEntry] {
  const entry = value as Partial<StoredEntry> | null
  if (typeof entry !== 'object' || typeof entry?.name !== 'string' || entry.name === '') {
    throw damaged(`profile ${index + 1} has no name`)
  }
  return [entry.name, entry as StoredEntry]
}

function damaged(why: string, cause?: unknown): Fault {
  return new Fault('PROFILE_STORE', { why, cause })
}
