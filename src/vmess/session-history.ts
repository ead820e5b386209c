import { asBuffer } from '../bytes/bytes.js'
import type { MonotonicClock } from '../ports/ports.js'
import { SESSION_MEMORY_MS } from './constants.js'
import { type Claim, RecentSet } from './recent-set.js'
import { ReplayFilter } from './replay-filter.js'
import type { VmessUser } from './user.js'

/** Sessions remembered for one span; some hundred and thirty bytes each. */
const DEFAULT_LIMIT = 1_000_000

/** What makes a session unlike any other. */
export interface SessionMark {
  readonly user: VmessUser
  readonly bodyKey: Uint8Array
  readonly bodyIv: Uint8Array
}

/**
 * What was accepted lately. One history serves all connections of an inbound.
 *
 * Besides the auth IDs of AEAD headers it holds (user, body key, body IV) of every session for at
 * least three minutes (protocol §2.5): that is the only thing that betrays a repeated legacy header,
 * and for AEAD it refuses a client that would use one key stream twice.
 */
export class SessionHistory {
  readonly authIds: ReplayFilter
  readonly #monotonic: MonotonicClock
  readonly #sessions: RecentSet

  /** `limit`: the most sessions, and the most auth IDs, remembered for one span. */
  constructor(monotonic: MonotonicClock, limit = DEFAULT_LIMIT) {
    this.authIds = new ReplayFilter(monotonic, limit)
    this.#monotonic = monotonic
    this.#sessions = new RecentSet({ spanMs: SESSION_MEMORY_MS, limit })
  }

  /** Enters a session whose header was found whole; `seen` if there was one like it. */
  claim({ user, bodyKey, bodyIv }: SessionMark): Claim {
    const key = [user.uuid, bodyKey, bodyIv].map((part) => asBuffer(part).toString('latin1')).join('')
    return this.#sessions.claim(key, this.#monotonic())
  }
}
