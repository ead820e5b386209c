/**
 * Prints the matrix: `npm run test:interop`. Exits with 1 when a cell is red, and when v2ray is
 * missing, since then a third of the table says nothing.
 */
import { v2rayMissing } from '../support/v2ray.js'
import { type Lab, startLab } from './chains.js'
import { type Cell, COLUMNS, formatColumn, formatRow, ROWS } from './matrix.js'
import { type Outcome, runCell } from './run-cell.js'

/** So many cells run at once: most of a cell is waiting for v2ray's timers. */
const AT_ONCE = 4
const CELL_WIDTH = 6

async function runAll(lab: Lab): Promise<Map<string, Outcome>> {
  const waiting: Cell[] = ROWS.flatMap((row) => COLUMNS.map((column) => ({ row, column })))
  const total = waiting.length
  const outcomes = new Map<string, Outcome>()
  const worker = async () => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      outcomes.set(keyOf(cell), await runCell(lab, cell))
      if (process.stderr.isTTY) process.stderr.write(`\r${outcomes.size} of ${total} cells`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  return outcomes
}

function keyOf({ row, column }: Cell): string {
  return `${formatRow(row)}|${formatColumn(column)}`
}

/** Rows are chains; over the columns stand the cipher and the option byte. */
function formatMatrix(outcomes: ReadonlyMap<string, Outcome>): string {
  const label = Math.max(...ROWS.map((row) => formatRow(row).length))
  const ciphers = [...new Set(COLUMNS.map(({ security }) => security))].map((security) =>
    security.padEnd(CELL_WIDTH * COLUMNS.filter((column) => column.security === security).length),
  )
  const options = COLUMNS.map((column) => column.options.toString(16).padStart(2, '0').padEnd(CELL_WIDTH))
  const lines = ROWS.map((row) => {
    const cells = COLUMNS.map((column) =>
      (outcomes.get(keyOf({ row, column }))?.kind ?? 'EMPTY').padEnd(CELL_WIDTH),
    )
    return formatRow(row).padEnd(label + 2) + cells.join('')
  })
  const indent = ''.padEnd(label + 2)
  const legend = [...new Map(COLUMNS.map(({ options, name }) => [options, name]))].map(
    ([byte, name]) => `${byte.toString(16).padStart(2, '0')} ${name}`,
  )
  return [indent + ciphers.join(''), indent + options.join(''), ...lines, '', legend.join(' · ')].join('\n')
}

function formatReasons(outcomes: ReadonlyMap<string, Outcome>): string {
  const notes = [...outcomes].flatMap(([key, outcome]) => {
    if (outcome.kind === 'FAIL')
      return [`FAIL  ${key}`, ...outcome.reasons.map((reason) => `      ${reason}`), outcome.log]
    return []
  })
  const reasons = new Map<string, number>()
  for (const outcome of outcomes.values()) {
    if (outcome.kind === 'n/a') reasons.set(outcome.reason, (reasons.get(outcome.reason) ?? 0) + 1)
  }
  return [...notes, ...[...reasons].map(([reason, count]) => `n/a × ${count}: ${reason}`)].join('\n')
}

const missing = v2rayMissing()
if (missing !== undefined) {
  process.stderr.write(`${missing}: there is nobody to agree with\n`)
  process.exit(1)
}
const lab = await startLab()
const outcomes = await runAll(lab)
await lab.stop()
process.stdout.write(`${formatMatrix(outcomes)}\n\n${formatReasons(outcomes)}\n`)
const good = [...outcomes.values()].filter((outcome) => outcome.kind !== 'FAIL').length
process.exitCode = good === ROWS.length * COLUMNS.length ? 0 : 1
