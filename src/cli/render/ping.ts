import type { PingResult } from '../../operations/probe/ping.js'
import { renderTable } from './table.js'
import { renderMs } from './units.js'

type Step = 'tcp' | 'tls' | 'trip'

/** A line for each server, the quickest first, then the counts. Load it late. */
export function renderPings(results: readonly PingResult[]): string {
  const several = results.some(({ trip }) => (trip?.count ?? 0) > 1)
  const spread = several ? (['best', 'p95', 'worst'] as const) : []
  const columns = [
    { head: 'name' },
    ...['tcp', 'tls', 'round trip', ...spread].map((head) => ({ head, align: 'right' }) as const),
    { head: '' },
  ]
  const rows = results.map((result) => {
    const { trip } = result
    const times = trip === undefined ? ['', '', ''] : [trip.minMs, trip.p95Ms, trip.maxMs].map(renderMs)
    const steps = (['tcp', 'tls', 'trip'] as const).map((step) => medianOf(result, step))
    return [result.name, ...steps, ...(several ? times : []), remarkOf(result)]
  })
  const answered = results.filter(({ ok }) => ok).length
  return [renderTable(columns, rows), '', `${answered} of ${results.length} answered`].join('\n')
}

/** While it runs: what is known so far, as far as it fits. */
export function renderProgress(results: readonly PingResult[], total: number, rows: number): string[] {
  const answered = results.filter(({ ok }) => ok).length
  const head = `${results.length} of ${total} done, ${answered} answered`
  const lines = results.slice(0, Math.max(0, rows - 1)).map((result) => {
    const trip = result.trip === undefined ? 'no answer' : renderMs(result.trip.p50Ms)
    return `${trip.padStart(9)}  ${result.name}`
  })
  return [head, ...lines]
}

function medianOf(result: PingResult, step: Step): string {
  const times = result[step]
  return times === undefined ? '' : renderMs(times.p50Ms)
}

function remarkOf({ fault, status }: PingResult): string {
  if (fault !== undefined) return `${fault.message} [${fault.code}]`
  return status !== undefined && status >= 400 ? `status ${status}` : ''
}

/** One server for programs. */
export function pingJson({ fault, ...result }: PingResult): object {
  return { ...result, ...(fault && { error: { code: fault.code, message: fault.message } }) }
}
