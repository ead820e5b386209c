/** Keeps strangers from writing our log: the same complaint about the same source is told a few times only. */
import type { LogFields, Logger } from '../contracts/logger.js'
import type { Clock } from '../ports/ports.js'

/** Lines of one kind about one source that are told within a period. */
const TOLD_PER_PERIOD = 5
const PERIOD_MS = 60_000
/** Kinds and sources told apart within a period; what comes on top is only counted. */
const MOST_KEYS = 1_024

/**
 * A logger that passes everything on except warnings beyond five a minute of the same message, `code`
 * and source address. What was held back is summed up in one line when the next minute begins, so at
 * most 5 × 1024 warnings and one summary leave per minute, and memory is bounded by the same figure.
 *
 * Fields that are read: `code` and `source`, an address with or without its port.
 */
export function limitWarnings(logger: Logger, clock: Clock): Logger {
  const limit = new WarningLimit(logger, clock)
  return {
    debug: (message, fields) => {
      logger.debug(message, fields)
    },
    info: (message, fields) => {
      logger.info(message, fields)
    },
    warning: (message, fields) => {
      limit.warning(message, fields)
    },
    error: (message, fields) => {
      logger.error(message, fields)
    },
    writes: (level) => logger.writes?.(level) ?? true,
  }
}

class WarningLimit {
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #told = new Map<string, number>()
  #heldBack = 0
  #periodEnd = 0

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger
    this.#clock = clock
  }

  warning(message: string, fields: LogFields | undefined): void {
    this.#turnPeriod()
    if (this.#mayTell(keyOf(message, fields))) this.#logger.warning(message, fields)
    else this.#heldBack++
  }

  #mayTell(key: string): boolean {
    const told = this.#told.get(key) ?? 0
    if (told >= TOLD_PER_PERIOD || (told === 0 && this.#told.size >= MOST_KEYS)) return false
    this.#told.set(key, told + 1)
    return true
  }

  #turnPeriod(): void {
    const now = this.#clock()
    // A clock that was set back by more than a period begins a new one too.
    if (now < this.#periodEnd && now >= this.#periodEnd - 2 * PERIOD_MS) return
    this.#periodEnd = now + PERIOD_MS
    this.#told.clear()
    if (this.#heldBack === 0) return
    this.#logger.warning('more of the same was held back', { lines: this.#heldBack })
    this.#heldBack = 0
  }
}

/** Without the port, if the source has one: a scanner has a new one each time. */
function keyOf(message: string, fields: LogFields | undefined): string {
  const source = String(fields?.source ?? '').replace(/^(\[.*\]|[^:]*):\d+$/, '$1')
  return `${message}|${String(fields?.code ?? '')}|${source}`
}
