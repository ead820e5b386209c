/** `vmess clock --watch`: events for programs, a line each for files, a plot for people at a terminal. */
import type { Fault } from '../faults/fault.js'
import type { ClockReport } from '../operations/clock.js'
import { eventLine } from './render/event-line.js'
import { renderClockLine } from './render/clock.js'
import { visible } from './render/visible.js'

/** As much of a terminal as is needed; `process.stdout` is one. */
export interface WatchOutput {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

export interface WatchView {
  readonly json: boolean
  readonly output: WatchOutput
}

const PLOT_ROWS = 12

/** Shows results as they come. Gives the last report, if there was one. */
export async function showClockWatch(
  results: AsyncIterable<ClockReport | Fault>,
  { json, output }: WatchView,
): Promise<ClockReport | undefined> {
  const skewsMs: number[] = []
  let failed = 0
  let last: ClockReport | undefined
  const drawing = output.isTTY && !json ? new Drawing(output) : undefined
  for await (const result of results) {
    if ('skewMs' in result) {
      last = result
      skewsMs.push(result.skewMs)
    } else failed++
    if (json) output.write(`${measurementLine(result)}\n`)
    else if (drawing === undefined) output.write(`${textOf(result)}\n`)
    else await drawing.redraw(skewsMs, textOf(result))
  }
  if (json) output.write(`${eventLine('summary', summaryOf(skewsMs, failed))}\n`)
  return last
}

function measurementLine(result: ClockReport | Fault): string {
  if ('skewMs' in result) return eventLine('measurement', result)
  const { code, message } = result
  return eventLine('failed', { error: { code, message } })
}

function textOf(result: ClockReport | Fault): string {
  return 'skewMs' in result ? renderClockLine(result) : visible(result.message)
}

function summaryOf(skewsMs: readonly number[], failed: number): object {
  const measured = skewsMs.length
  if (measured === 0) return { measured, failed }
  return { measured, failed, leastSkewMs: Math.min(...skewsMs), mostSkewMs: Math.max(...skewsMs) }
}

/** A plot that is drawn over its last state. */
class Drawing {
  readonly #output: WatchOutput
  #lines = 0

  constructor(output: WatchOutput) {
    this.#output = output
  }

  async redraw(skewsMs: readonly number[], text: string): Promise<void> {
    const { columns = 80, rows = 24 } = this.#output
    const plot = skewsMs.length === 0 ? '' : await this.#plot(skewsMs, { columns, rows })
    const lines = [...plot.split('\n').filter(Boolean), text.slice(0, columns - 1)]
    const back = this.#lines === 0 ? '' : `\x1b[${this.#lines}A\x1b[J`
    this.#output.write(`${back}${lines.join('\n')}\n`)
    this.#lines = lines.length
  }

  async #plot(skewsMs: readonly number[], size: { columns: number; rows: number }): Promise<string> {
    const { renderClockPlot } = await import('./render/clock-plot.js')
    return renderClockPlot(skewsMs, { columns: size.columns, rows: Math.min(size.rows - 4, PLOT_ROWS) })
  }
}
