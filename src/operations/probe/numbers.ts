/** Measured times, put in a few numbers. */

export interface Times {
  readonly count: number
  readonly minMs: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
}

/** Undefined for none. A percentile is the smallest value that so many are not above (nearest rank). */
export function summarise(valuesMs: readonly number[]): Times | undefined {
  if (valuesMs.length === 0) return undefined
  const sorted = [...valuesMs].sort((a, b) => a - b)
  const rank = (percent: number): number =>
    round(sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] as number)
  return { count: sorted.length, minMs: rank(0), p50Ms: rank(50), p95Ms: rank(95), maxMs: rank(100) }
}

/** To a hundredth. */
function round(value: number): number {
  return Math.round(value * 100) / 100
}
