/** The skew over time. Loaded late, for the plot. */
import asciichart from 'asciichart'

export interface PlotSize {
  readonly columns: number
  readonly rows: number
}

/** What the axis and its numbers take. */
const AXIS_COLUMNS = 14
const LONGEST = 200

/** The last measurements as a line, in seconds, or in milliseconds where all of them are small. */
export function renderClockPlot(skewsMs: readonly number[], { columns, rows }: PlotSize): string {
  const shown = skewsMs.slice(-Math.max(2, Math.min(LONGEST, columns - AXIS_COLUMNS)))
  const inSeconds = shown.some((skew) => Math.abs(skew) >= 1_000)
  const values = inSeconds ? shown.map((skew) => skew / 1_000) : shown
  const unit = inSeconds ? 's' : 'ms'
  // A flat line has no height to divide by; a single value no line.
  const height = Math.max(...values) === Math.min(...values) ? 0 : Math.max(2, Math.min(rows, 12))
  return asciichart.plot(values.length > 1 ? values : [...values, ...values], {
    height,
    format: (value: number) => `${value.toFixed(1)} ${unit}`.padStart(AXIS_COLUMNS - 2),
  })
}
