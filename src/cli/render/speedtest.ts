import type { SpeedResult } from '../../operations/probe/speedtest.js'
import { renderTable } from './table.js'
import { renderBytes, renderMs } from './units.js'

/** A line for each server, the fastest first. Load it late. */
export function renderSpeeds(results: readonly SpeedResult[]): string {
  const columns = [
    { head: 'name' },
    { head: 'direction' },
    ...['per second', 'in all', 'time'].map((head) => ({ head, align: 'right' }) as const),
    { head: '' },
  ]
  return renderTable(columns, results.map(cellsOf))
}

function cellsOf({ name, ok, direction, bytes, durationMs, bytesPerSecond, fault }: SpeedResult): string[] {
  if (!ok) return [name, direction, '', '', '', `${fault?.message} [${fault?.code}]`]
  const bits = `${((bytesPerSecond * 8) / 1_000_000).toFixed(1)} Mbit/s`
  return [name, direction, `${renderBytes(bytesPerSecond)}/s`, renderBytes(bytes), renderMs(durationMs), bits]
}

/** One server for programs. */
export function speedJson({ fault, ...result }: SpeedResult): object {
  return { ...result, ...(fault && { error: { code: fault.code, message: fault.message } }) }
}
