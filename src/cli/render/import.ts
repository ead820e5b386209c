import type { ImportReport, ImportRow } from '../../operations/profiles/import.js'
import { shellWord } from './shell-word.js'
import { renderTable } from './table.js'
import { renderCount } from './units.js'

/** Rows that a person reads; of more, those that went well are only counted. */
const MAX_ROWS = 100

/** A line for each node, then the counts. Load it late. */
export function renderImport(report: ImportReport, dryRun: boolean): string {
  const { rows } = report
  const telling = rows.length <= MAX_ROWS ? rows : rows.filter(({ result }) => result === 'refused')
  const shown = telling.slice(0, MAX_ROWS)
  const left = telling.length - shown.length
  const columns = ['result', 'name', 'server', 'transport', 'from', ''].map((head) => ({ head }))
  return [
    ...(shown.length === 0
      ? []
      : [
          renderTable(
            columns,
            shown.map((row) => cellsOf(row, dryRun)),
          ),
          '',
        ]),
    ...(left === 0 ? [] : [`and ${left} more like these`]),
    summaryOf(report, dryRun),
    ...(dryRun ? [] : nextSteps(report)),
  ].join('\n')
}

/** What one does with servers that are stored. */
function nextSteps({ rows }: ImportReport): string[] {
  const stored = rows.filter((row) => row.result !== 'refused')
  const [first] = stored
  if (first === undefined) return []
  const name = shellWord(first.name)
  const measure = stored.length === 1 ? `vmess ping ${name}` : 'vmess ping --all'
  return ['', `next:  vmess connect ${name}`, `       ${measure}`]
}

function cellsOf(row: ImportRow, dryRun: boolean): string[] {
  const from = row.where === '' ? row.source : `${row.source} ${row.where}`
  if (row.result === 'refused')
    return ['refused', row.name, '', '', from, `${row.fault.message} [${row.fault.code}]`]
  const { result, name, server, transport, tls, insecure, notes } = row
  const word = result === 'known' ? 'known' : dryRun ? 'new' : 'added'
  const remarks = [...(insecure ? ['certificate is not checked'] : []), ...notes]
  return [word, name, server, tls === 'none' ? transport : `${transport}+${tls}`, from, remarks.join('; ')]
}

function summaryOf({ added, known, refused }: ImportReport, dryRun: boolean): string {
  const parts = [
    `${renderCount(added, 'profile')} ${dryRun ? 'would be added' : 'added'}`,
    ...(known > 0 ? [`${known} stored already`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ]
  return parts.join(', ')
}

/** The same for programs. */
export function importJson({ rows, added, known, refused }: ImportReport): object {
  return { nodes: rows.map(rowJson), added, known, refused }
}

function rowJson(row: ImportRow): object {
  if (row.result !== 'refused') return row
  const { fault, ...rest } = row
  const { code, message, hint } = fault
  return { ...rest, error: { code, message, hints: hint === undefined ? [] : [hint] } }
}
