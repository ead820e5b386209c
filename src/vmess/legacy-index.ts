/**
 * Whose legacy auth is this? The sixteen bytes are HMAC-MD5 of a second under an id, so they can only be
 * compared with what each id would have signed in each of the 241 seconds of the window (protocol §2.4).
 *
 * Every second has a hash table of its signatures. It is computed when a look-up first needs it, from
 * now outwards, and forgotten when it leaves the window, so a server whose clients all use AEAD computes
 * nothing until a stranger calls. Signing costs about two microseconds, and a stranger must not be able
 * to buy seconds of it: a look-up spends from a budget that time refills, and what could not be signed
 * yet is unknown. Whoever serves others meanwhile spreads a look-up over turns of the event loop with `warm`.
 * The budget has the whole window of 270 ids at once, and the 32 seconds around now,
 * where genuine clients are, of a thousand.
 */
import { HmacMd5 } from '../crypto/hmac-md5.js'
import { TIME_WINDOW_SECONDS } from './constants.js'
import { LegacySecond, MOST_SIGNERS } from './legacy-second.js'
import { idChainOf, type VmessUser } from './user.js'

/** Signatures that one look-up may compute after a silence: some 150 milliseconds. */
const BUDGET = 65_536
/** Signatures that each second gives back: at most some 8 % of a processor, whoever calls how often. */
const BUDGET_PER_SECOND = 32_768
/** Signatures of one call of `warm`: at most some 25 milliseconds. */
const SLICE = 2_048
/** Seconds that an auth may be of. */
const SECONDS = 2 * TIME_WINDOW_SECONDS + 1

/** Who signed, and which second. */
export interface LegacyMatch {
  readonly user: VmessUser
  readonly seconds: number
}

interface Signers {
  readonly users: readonly VmessUser[]
  /** Of the user at the same place. */
  readonly hmacs: readonly HmacMd5[]
}

export class LegacyIndex {
  readonly #users = new Set<VmessUser>()
  readonly #seconds = new Map<number, LegacySecond>()
  #signers: Signers | undefined
  #budget = BUDGET
  /** What the search that runs may still compute. */
  #slice = 0
  #refilledAt = 0

  /** Without a user. */
  get isEmpty(): boolean {
    return this.#users.size === 0
  }

  /** Signatures held: at most 241 for each id. */
  get size(): number {
    let size = 0
    for (const { filled } of this.#seconds.values()) size += filled
    return size
  }

  /**
   * Adds the main id and the alter ids of a user. Of all users together at most 65 535 ids count: first
   * every main id, then every first alter id and so on, so that the highest alter ids are left out.
   */
  add(user: VmessUser): void {
    this.#users.add(user)
    this.#restart()
  }

  remove(user: VmessUser): void {
    if (this.#users.delete(user)) this.#restart()
  }

  /** Derives the ids now rather than in the first look-up; up to a second for 65 535 of them. */
  prepare(): void {
    this.#signers ??= signersOf(this.#users)
  }

  /**
   * Who signed `auth`, 16 bytes, in a second at most 120 away from `now`, Unix seconds. Undefined also
   * for an id and second whose turn has not come (see above).
   */
  find(auth: Uint8Array, now: number): LegacyMatch | undefined {
    return this.#search(auth, now, Number.POSITIVE_INFINITY)
  }

  /**
   * Does a slice of what `find` has to do for `auth`, some milliseconds of it. True while there is more;
   * afterwards `find` is quick.
   */
  warm(auth: Uint8Array, now: number): boolean {
    this.#signers ??= signersOf(this.#users)
    if (this.#signers.users.length * SECONDS <= SLICE) return false
    const match = this.#search(auth, now, SLICE)
    return match === undefined && this.#slice === 0 && this.#budget > 0
  }

  /** Computes at most `most` signatures. */
  #search(auth: Uint8Array, now: number, most: number): LegacyMatch | undefined {
    if (this.#users.size === 0) return undefined
    this.#forget(now)
    this.#refill(now)
    this.#slice = most
    this.#signers ??= signersOf(this.#users)
    for (let distance = 0; distance <= TIME_WINDOW_SECONDS; distance++) {
      const match = this.#findAt(auth, now - distance) ?? this.#findAt(auth, now + distance)
      if (match !== undefined) return match
    }
    return undefined
  }

  #findAt(auth: Uint8Array, second: number): LegacyMatch | undefined {
    const signers = this.#signers as Signers
    const left = Math.min(this.#budget, this.#slice)
    let signatures = this.#seconds.get(second)
    if (signatures === undefined) {
      if (left === 0) return undefined
      signatures = new LegacySecond(second, signers.hmacs)
      this.#seconds.set(second, signatures)
    }
    const filled = signatures.fill(left)
    this.#budget -= filled
    this.#slice -= filled
    const place = signatures.find(auth)
    return place === undefined ? undefined : { user: signers.users[place] as VmessUser, seconds: second }
  }

  #refill(now: number): void {
    const earned = Math.abs(now - this.#refilledAt) * BUDGET_PER_SECOND
    this.#budget = Math.min(BUDGET, this.#budget + earned)
    this.#refilledAt = now
  }

  #forget(now: number): void {
    for (const second of this.#seconds.keys()) {
      if (Math.abs(second - now) > TIME_WINDOW_SECONDS) this.#seconds.delete(second)
    }
  }

  #restart(): void {
    this.#signers = undefined
    this.#seconds.clear()
  }
}

/** Round by round: the ids that fall to the limit are the last of the longest chains. */
function signersOf(users: Iterable<VmessUser>): Signers {
  const signers = { users: [] as VmessUser[], hmacs: [] as HmacMd5[] }
  let chains = [...users].map((user) => ({ user, ids: idChainOf(user) }))
  while (chains.length > 0) {
    chains = chains.filter(({ user, ids }) => {
      const { value: id } = ids.next()
      if (id === undefined || signers.users.length >= MOST_SIGNERS) return false
      signers.users.push(user)
      signers.hmacs.push(new HmacMd5(id))
      return true
    })
  }
  return signers
}
