/** Finding what somebody meant: optimal string alignment, which counts a swap of neighbours as one slip. */

/** The candidates closest to `word`, best first, if any is close enough to be a slip: a third of it. */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const limit = Math.max(1, Math.floor(word.length / 3))
  const scored = candidates.map((candidate) => ({ candidate, slips: countSlips(word, candidate) }))
  const best = Math.min(...scored.map(({ slips }) => slips))
  return best > limit ? [] : scored.filter(({ slips }) => slips === best).map(({ candidate }) => candidate)
}

/** Insertions, deletions, replacements and swaps of neighbours between two words. */
export function countSlips(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (beforeLast[j - 2] ?? 0) + 1 : Infinity
      row.push(Math.min(replaced, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
