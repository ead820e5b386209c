/** This machine's clock between two of its milliseconds, and steady while something is measured. */
import type { Clock, MonotonicClock } from '../ports/ports.js'

/** Between these two readings of the monotonic clock the other one ticked; more, and something came between. */
const NARROW_MS = 0.2
/** After so many the machine is too busy for better, or the clock stands still. */
const MOST_READINGS = 20_000

/**
 * Waits for a tick of `clock`, a millisecond as a rule, and counts on from there with `monotonic`: so the
 * time has fractions, and a clock that is set meanwhile does not break a measurement in two. A tick during
 * which this process was made to wait does not count.
 */
export function steadyClock(clock: Clock, monotonic: MonotonicClock): Clock {
  let earlier = monotonic()
  let time = clock()
  let before = monotonic()
  let base = time - before
  let narrowest = Number.POSITIVE_INFINITY
  for (let i = 0; i < MOST_READINGS && narrowest > NARROW_MS; i++) {
    const last = time
    time = clock()
    const after = monotonic()
    // The tick was after `last` was read, hence after `earlier`.
    const width = after - earlier
    if (time !== last && width < narrowest) {
      base = time - (earlier + after) / 2
      narrowest = width
    }
    earlier = before
    before = after
  }
  return () => base + monotonic()
}
