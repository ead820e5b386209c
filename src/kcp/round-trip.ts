/** Before anything was measured. */
const FIRST_TIMEOUT_MS = 100
const MOST_TIMEOUT_MS = 10_000
/** Own measurements count for this long against what the peer says. */
const FRESH_MS = 3_000

/** How long an answer takes, and when to give up waiting for one (after RFC 6298). */
export class RoundTrip {
  readonly #least: number
  #smoothed: number | undefined
  #variation = 0
  #measuredAt = 0
  #timeout = FIRST_TIMEOUT_MS

  /** @param ttiMs the peer may hold an ack back for so long */
  constructor(ttiMs: number) {
    this.#least = 2 * ttiMs
    this.#timeout = Math.max(FIRST_TIMEOUT_MS, this.#least)
  }

  /** Milliseconds without an ack after which a segment is sent again. */
  get timeout(): number {
    return this.#timeout
  }

  /** An ack that came `rtt` milliseconds after its segment left. */
  measure(rtt: number, now: number): void {
    if (rtt < 0 || rtt > MOST_TIMEOUT_MS) return
    if (this.#smoothed === undefined) {
      this.#smoothed = rtt
      this.#variation = rtt / 2
    } else {
      this.#variation = (3 * this.#variation + Math.abs(this.#smoothed - rtt)) / 4
      this.#smoothed = (7 * this.#smoothed + rtt) / 8
    }
    this.#measuredAt = now
    this.#set(this.#smoothed + 4 * this.#variation)
  }

  /** What the peer waits for us; taken over while nothing of our own is known. */
  adopt(timeout: number, now: number): void {
    if (now - this.#measuredAt >= FRESH_MS) this.#set(timeout)
  }

  #set(timeout: number): void {
    this.#timeout = Math.ceil(Math.min(MOST_TIMEOUT_MS, Math.max(this.#least, timeout)))
  }
}
