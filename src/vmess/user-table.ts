/**
 * The users of an inbound, and the one question asked of them: whose are these sixteen bytes?
 *
 * An AEAD auth ID is tried under every user's key, about 0.2 µs each; users seen lately from the same
 * address come first, so a busy server with ten thousand users seldom tries them all. What no key opens
 * is compared with the legacy signatures of users that have alter ids.
 */
import { AesLookup, type LookupBlock, readLookupBlock } from '../crypto/aes-lookup.js'
import { asBuffer, toHex } from '../bytes/bytes.js'
import { type Clock, type MonotonicClock, systemMonotonic } from '../ports/ports.js'
import { readAuthId } from './auth-id.js'
import { AUTH_ID_BYTES, AUTH_ID_MEMORY_MS, TIME_WINDOW_SECONDS } from './constants.js'
import { LegacyIndex } from './legacy-index.js'
import { RecentSet } from './recent-set.js'
import { RecentUsers } from './recent-users.js'
import type { VmessUser } from './user.js'

export type UserMatch =
  | { readonly kind: 'aead'; readonly user: VmessUser; readonly seconds: number }
  /** The user is certain, the time is not ours: `ahead` seconds, negative when behind. */
  | { readonly kind: 'skewed'; readonly user: VmessUser; readonly ahead: number }
  | { readonly kind: 'legacy'; readonly user: VmessUser; readonly seconds: number }
  | { readonly kind: 'tainted'; readonly user: VmessUser; readonly seconds: number }

interface Entry {
  readonly user: VmessUser
  readonly lookup: AesLookup
}

/** One tainted second of one id is one entry, and there are only 241 of those for each id. */
const TAINT_LIMIT = 1_000_000

export class UserTable {
  readonly #clock: Clock
  readonly #monotonic: MonotonicClock
  readonly #entries = new Map<string, Entry>()
  readonly #legacy = new LegacyIndex()
  readonly #recent = new RecentUsers<Entry>()
  readonly #tainted = new RecentSet({ spanMs: AUTH_ID_MEMORY_MS, limit: TAINT_LIMIT })
  readonly #plain = new Uint8Array(AUTH_ID_BYTES)

  /** `clock` is for the time window, `monotonic` for the age of tainted auths. */
  constructor(users: readonly VmessUser[], clock: Clock, monotonic: MonotonicClock = systemMonotonic) {
    this.#clock = clock
    this.#monotonic = monotonic
    for (const user of users) this.add(user)
    this.#legacy.prepare()
  }

  get size(): number {
    return this.#entries.size
  }

  *users(): IterableIterator<VmessUser> {
    for (const { user } of this.#entries.values()) yield user
  }

  /** Adds a user, or replaces the one with the same id. */
  add(user: VmessUser): void {
    this.remove(user.uuid)
    this.#entries.set(toHex(user.uuid), { user, lookup: new AesLookup(user.authIdKey) })
    if (user.alterId > 0) this.#legacy.add(user)
  }

  /** Removes the user with this id; false if there was none. Sessions that run are not touched. */
  remove(uuid: Uint8Array): boolean {
    const key = toHex(uuid)
    const entry = this.#entries.get(key)
    if (entry === undefined) return false
    this.#entries.delete(key)
    this.#recent.forget(entry)
    this.#legacy.remove(entry.user)
    return true
  }

  /**
   * Whose request begins with these sixteen bytes. `source` names the address it came from: the users
   * accepted from there lately are tried first. An AEAD match outside the window is `skewed` only when
   * nobody else matches.
   */
  find(authId: Uint8Array, source?: string): UserMatch | undefined {
    const now = Math.floor(this.#clock() / 1000)
    const skewed = this.#findAead(authId, { now, source })
    if (skewed?.kind === 'aead') return skewed
    const legacy = this.#legacy.find(authId, now)
    if (legacy === undefined) return skewed
    return { kind: this.#tainted.has(latin1(authId), this.#monotonic()) ? 'tainted' : 'legacy', ...legacy }
  }

  /**
   * Does a part of what `find` has to do for these sixteen bytes, where that may take long: some milliseconds
   * of it. True while there is more.
   */
  warm(authId: Uint8Array, source?: string): boolean {
    if (this.#legacy.isEmpty) return false
    const now = Math.floor(this.#clock() / 1000)
    if (this.#findAead(authId, { now, source })?.kind === 'aead') return false
    return this.#legacy.warm(authId, now)
  }

  /** Remembers that this user was accepted from `source`. */
  accepted(user: VmessUser, source: string | undefined): void {
    const entry = this.#entries.get(toHex(user.uuid))
    if (source !== undefined && entry !== undefined) this.#recent.note(source, entry)
  }

  /** Burns a legacy auth: its id and second are refused from now on (protocol §2.5). */
  taint(auth: Uint8Array): void {
    this.#tainted.claim(latin1(auth), this.#monotonic())
  }

  #findAead(
    authId: Uint8Array,
    { now, source }: { now: number; source: string | undefined },
  ): UserMatch | undefined {
    const block = readLookupBlock(authId)
    let skewed: UserMatch | undefined
    for (const candidates of [this.#recent.of(source), this.#entries.values()]) {
      for (const entry of candidates) {
        const seconds = this.#secondsUnder(entry, block)
        if (seconds === undefined) continue
        const ahead = seconds - now
        if (Math.abs(ahead) <= TIME_WINDOW_SECONDS) return { kind: 'aead', user: entry.user, seconds }
        skewed = { kind: 'skewed', user: entry.user, ahead }
      }
    }
    return skewed
  }

  #secondsUnder({ lookup }: Entry, block: LookupBlock): number | undefined {
    lookup.decrypt(block, this.#plain)
    return readAuthId(this.#plain)
  }
}

function latin1(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1')
}
