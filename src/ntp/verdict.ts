/** What a skew means for VMess (protocol §3.2, failures C1). */

/** An AEAD header is accepted while its time is within this much of the server's. */
const WINDOW_MS = 120_000
/** A legacy client adds up to this much at random. */
const LEGACY_EXTRA_MS = 30_000
/** From here on the rest of the window may be used up by the other side. */
const WARN_MS = 60_000
const QUARTER_HOUR_MS = 15 * 60_000
/** Zones reach from -12 to +14 hours; set the wrong way round, twice that. */
const MOST_QUARTERS = 28 * 4
/** A clock that was set by hand is off by so much besides. */
const BY_HAND_MS = 60_000

export interface ClockVerdict {
  /** `good` up to 60 s, `warning` while clients still get through, `refused` once they do not. */
  readonly level: 'good' | 'warning' | 'refused'
  /** Whether servers with a right clock accept clients of this one, AEAD headers and legacy ones. */
  readonly aead: boolean
  /** `false` also when it depends on the dice. */
  readonly legacy: boolean
  /** Hours, in quarters, when the skew looks like a time zone that was mistaken. */
  readonly zoneHours?: number
}

/** The verdict on a clock that is ahead by `skewMs`, or behind where it is negative. */
export function judgeSkew(skewMs: number): ClockVerdict {
  const size = Math.abs(skewMs)
  const aead = size <= WINDOW_MS
  const legacy = size <= WINDOW_MS - LEGACY_EXTRA_MS
  const quarters = Math.round(skewMs / QUARTER_HOUR_MS)
  const isZone =
    quarters !== 0 &&
    Math.abs(quarters) <= MOST_QUARTERS &&
    Math.abs(skewMs - quarters * QUARTER_HOUR_MS) <= BY_HAND_MS
  return {
    level: !aead ? 'refused' : size > WARN_MS ? 'warning' : 'good',
    aead,
    legacy,
    ...(isZone && { zoneHours: quarters / 4 }),
  }
}
