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

/** One line for the heads and one per row, columns two spaces apart. Cells are made safe to show. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => row.map((cell) => visible(cell))))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
