import { asBuffer } from '../bytes/bytes.js'
import type { MonotonicClock } from '../ports/ports.js'
import { AUTH_ID_MEMORY_MS } from './constants.js'
import { type Claim, RecentSet } from './recent-set.js'

/**
 * One id costs about eighty bytes. A million in 241 seconds is over four thousand connections a
 * second; past that, new headers are refused, for a filter that forgets is no filter.
 */
const DEFAULT_LIMIT = 1_000_000

/**
 * The auth IDs of accepted AEAD headers, remembered for as long as their time could be accepted again
 * (protocol §3.3). Exact: no false alarm ever refuses a user.
 *
 * An id is asked for as soon as its sixteen bytes are known, but entered only once the sealed header
 * behind it opened, in one step with a second look. So a stranger, who can at most copy an id, cannot
 * fill the filter, and of two connections that race with one header exactly one is accepted.
 */
export class ReplayFilter {
  readonly #monotonic: MonotonicClock
  readonly #seen: RecentSet

  /** `limit`: the most auth IDs remembered for one span of 241 seconds. */
  constructor(monotonic: MonotonicClock, limit = DEFAULT_LIMIT) {
    this.#monotonic = monotonic
    this.#seen = new RecentSet({ spanMs: AUTH_ID_MEMORY_MS, limit })
  }

  /** Whether an accepted header had this auth ID, the sixteen bytes as on the wire. */
  has(authId: Uint8Array): boolean {
    return this.#seen.has(asBuffer(authId).toString('latin1'), this.#monotonic())
  }

  claim(authId: Uint8Array): Claim {
    return this.#seen.claim(asBuffer(authId).toString('latin1'), this.#monotonic())
  }
}
