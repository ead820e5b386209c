/**
 * Deadlines without a timer each. Whatever has one is looked at once per beat and counts for itself,
 * so that a byte that passes costs no timer call, and ten thousand idle flows cost one timer.
 */
import type { Ticker } from '../ports/ports.js'

/** Looked at once per beat while watched. May forget itself or others meanwhile. */
export interface Watched {
  onBeat(): void
}

/** A limit may be overstepped by at most this much. */
const BEAT_MS = 1_000

/** One beat for everything with a deadline in an instance. It rests while nothing is watched. */
export class Beat {
  readonly everyMs: number
  readonly #ticker: Ticker
  readonly #watched = new Set<Watched>()
  #rest: (() => void) | undefined

  constructor(ticker: Ticker, everyMs: number = BEAT_MS) {
    this.everyMs = everyMs
    this.#ticker = ticker
  }

  watch(watched: Watched): void {
    this.#watched.add(watched)
    this.#rest ??= this.#ticker(this.everyMs, () => {
      this.#tick()
    })
  }

  forget(watched: Watched): void {
    this.#watched.delete(watched)
  }

  /** How many beats in a row without activity say that `ms` are over. */
  beats(ms: number): number {
    return Math.ceil(ms / this.everyMs)
  }

  #tick(): void {
    for (const watched of this.#watched) watched.onBeat()
    if (this.#watched.size > 0) return
    this.#rest?.()
    this.#rest = undefined
  }
}
