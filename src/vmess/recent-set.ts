/** What a set of recent keys says to a new one. */
export type Claim = 'new' | 'seen' | 'full'

export interface RecentSetOptions {
  /** Each key is remembered at least this long, and at most twice as long. */
  readonly spanMs: number
  /** The most keys of one generation; two generations exist. */
  readonly limit: number
}

/**
 * An exact set that forgets by time, in two generations: keys enter the current one; when that is one
 * span old it becomes the previous one, and the one before it is dropped whole. There is no timer and
 * no scan. When a generation is full, new keys are refused rather than old ones forgotten.
 *
 * `now` is milliseconds of a monotonic clock: one that is set would forget too early, or never.
 */
export class RecentSet {
  readonly #spanMs: number
  readonly #limit: number
  #current = new Set<string>()
  #previous = new Set<string>()
  #startedAt: number | undefined

  constructor({ spanMs, limit }: RecentSetOptions) {
    this.#spanMs = spanMs
    this.#limit = limit
  }

  get size(): number {
    return this.#current.size + this.#previous.size
  }

  has(key: string, now: number): boolean {
    this.#turn(now)
    return this.#current.has(key) || this.#previous.has(key)
  }

  /** Looks and enters in one step, so that of two callers with one key exactly one hears `new`. */
  claim(key: string, now: number): Claim {
    if (this.has(key, now)) return 'seen'
    if (this.#current.size >= this.#limit) return 'full'
    this.#current.add(key)
    return 'new'
  }

  #turn(now: number): void {
    if (this.#startedAt === undefined) this.#startedAt = now
    const age = now - this.#startedAt
    if (age < this.#spanMs) return
    this.#previous = age < 2 * this.#spanMs ? this.#current : new Set()
    this.#current = new Set()
    this.#startedAt = now
  }
}
