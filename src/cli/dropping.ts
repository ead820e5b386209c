/** What is written for whoever may look later, and must never stop the work it tells of. */

/**
 * A call that cannot throw: what fails is dropped and counted, a full disk as much as a reader that has
 * gone. `recovered` is told the count once, after the first call that succeeds again.
 */
export function dropping<A extends unknown[]>(
  write: (...args: A) => void,
  recovered: (dropped: number) => void,
): (...args: A) => void {
  let dropped = 0
  return (...args) => {
    try {
      write(...args)
    } catch {
      dropped += 1
      return
    }
    if (dropped === 0) return
    const count = dropped
    dropped = 0
    recovered(count)
  }
}
