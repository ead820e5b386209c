import type { Table } from './bench.js'

/** A table for the terminal: columns aligned, figures to the right. */
export function formatText(table: Table): string {
  const lines = [table.columns, ...table.rows]
  const widths = table.columns.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)))
  const text = lines.map((line) =>
    line
      .map((cell, i) => (isFigure(cell) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  '),
  )
  return `${table.title}\n${table.note}\n\n${text.join('\n')}\n`
}

/** A section of the results page; `facts`: when and with what it was measured. */
export function formatMarkdown(table: Table, facts: string): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = line(
    table.columns.map((_, i) => (table.rows.every((row) => isFigure(row[i] ?? '')) ? '--:' : '---')),
  )
  return [
    `## ${table.title}`,
    '',
    table.note,
    '',
    facts,
    '',
    line(table.columns),
    rule,
    ...table.rows.map(line),
    '',
  ].join('\n')
}

function isFigure(cell: string): boolean {
  return /^-$|^-?[\d.]+$/.test(cell)
}
