/** Tables for people: columns by display width, no lines, so that a copied row is plain text. Load it late. */
import Table from 'cli-table3'
import { visible } from './visible.js'

export interface Column {
  readonly head: string
  readonly align?: 'left' | 'right'
}

/** `vertical bars` and corners: none of them. */
const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'mid', 'left', 'right'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  ),
)

/** The package takes quadratic time, so long tables are drawn in parts. */
const ROWS_AT_ONCE = 250

/** One line for the heads and one per row, columns two spaces apart. Cells are made safe to show. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map((cell) => visible(cell)))
  if (safe.length <= ROWS_AT_ONCE) return drawTable(columns, safe).join('\n')
  const rulers = rulersOf(columns, safe)
  const lines: string[] = []
  for (let at = 0; at < safe.length; at += ROWS_AT_ONCE) {
    const part = drawTable(columns, [...rulers, ...safe.slice(at, at + ROWS_AT_ONCE)])
    if (at === 0) lines.push(part[0] ?? '')
    lines.push(...part.slice(1 + rulers.length))
  }
  return lines.join('\n')
}

function drawTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

/** Rows that make every part as wide as the widest: by characters, and by bytes, since wide characters have more. */
function rulersOf(columns: readonly Column[], rows: readonly (readonly string[])[]): string[][] {
  const measures = [(text: string) => text.length, (text: string) => Buffer.byteLength(text)]
  return measures.map((measure) => columns.map((_, i) => widest(rows, i, measure)))
}

function widest(
  rows: readonly (readonly string[])[],
  column: number,
  measure: (text: string) => number,
): string {
  let best = ''
  for (const row of rows) {
    const cell = row[column] ?? ''
    if (measure(cell) > measure(best)) best = cell
  }
  return best
}
