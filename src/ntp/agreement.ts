/** Several servers, of which some may be wrong: who agrees with whom (RFC 5905 §11.2.1), and on what. */
export interface Opinion {
  /** How far this clock is ahead by this server's account, in milliseconds. */
  readonly skewMs: number
  /** The most by which that may be wrong. */
  readonly errorMs: number
}

export interface Agreement<Source extends Opinion> {
  /** Most of the sources, each of which the others can believe. */
  readonly agreed: readonly Source[]
  readonly outliers: readonly Source[]
  /** The median of those that agree. */
  readonly skewMs: number
  /** How far from that the truth may be: the most precise one's own limit, or what they differ by. */
  readonly uncertaintyMs: number
}

/** Servers on different ways differ by so much without being wrong. */
const TOLERANCE_MS = 50

/**
 * The majority whose intervals have a point in common. Undefined when there is none: no source, or as many
 * that say one thing as say others.
 */
export function findAgreement<Source extends Opinion>(
  sources: readonly Source[],
): Agreement<Source> | undefined {
  const best = sources
    .map(({ skewMs, errorMs }) => skewMs - errorMs - TOLERANCE_MS)
    .map((point) => sources.filter((source) => Math.abs(source.skewMs - point) <= reach(source)))
    .reduce<readonly Source[]>((most, group) => (group.length > most.length ? group : most), [])
  if (best.length * 2 <= sources.length) return undefined
  const skewMs = median(best.map((source) => source.skewMs))
  const spread = Math.max(...best.map((source) => Math.abs(source.skewMs - skewMs)))
  return {
    agreed: best,
    outliers: sources.filter((source) => !best.includes(source)),
    skewMs,
    uncertaintyMs: Math.max(spread, Math.min(...best.map(({ errorMs }) => errorMs))),
  }
}

/** The middle one, or the mean of the two in the middle. `values` is not empty. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[sorted.length >>> 1] as number
  const lower = sorted[(sorted.length - 1) >>> 1] as number
  return (lower + upper) / 2
}

/** A hair more, because a point on the edge was computed and not measured. */
function reach({ errorMs }: Opinion): number {
  return errorMs + TOLERANCE_MS + 1e-6
}
