/** What `vmess clock` found. */
import type { ClockReport, ClockVerdict, SourceReport } from '../../operations/clock.js'
import type { Mending } from '../../operations/mend-clock.js'
import type { Paint } from '../paint.js'
import type { Column } from './table.js'
import { renderMs } from './units.js'
import { visible } from './visible.js'

export interface ClockView {
  readonly paint: Paint
  readonly mending: Mending | undefined
  /** Loaded late: `renderTable`. */
  readonly table: (columns: readonly Column[], rows: readonly (readonly string[])[]) => string
}

const COLUMNS = [
  { head: 'source' },
  { head: 'skew', align: 'right' },
  { head: 'round trip', align: 'right' },
  { head: 'stratum', align: 'right' },
  { head: '' },
] as const

/** A line per source, the skew, what it means for VMess and what to do. */
export function renderClock(report: ClockReport, { paint, mending, table }: ClockView): string {
  const { verdict } = report
  return [
    table(COLUMNS, report.sources.map(rowOf)),
    '',
    `this clock is ${paint.bold(renderSkew(report.skewMs))}, ± ${renderMs(report.uncertaintyMs)}${
      report.method === 'https' ? ', by the dates of web servers' : ''
    }`,
    ...meaningOf(verdict).map((line) => `${markOf(verdict, paint)}  ${line}`),
    ...zoneAdvice(verdict),
    ...(verdict.level === 'good' ? [] : mendingAdvice(mending, paint)),
  ].join('\n')
}

/** One line, for those who watch. */
export function renderClockLine(report: ClockReport): string {
  const { measuredAt, skewMs, uncertaintyMs, verdict } = report
  const time = measuredAt.toISOString().slice(11, 19)
  return `${time}  ${renderSkew(skewMs)}, ± ${renderMs(uncertaintyMs)}  ${verdict.level}`
}

/** `12 ms ahead`, `3 min 12 s behind`, `right`. */
export function renderSkew(skewMs: number): string {
  const size = Math.abs(skewMs)
  if (size < 1) return 'right'
  return `${renderSpan(size)} ${skewMs > 0 ? 'ahead' : 'behind'}`
}

function renderSpan(ms: number): string {
  if (ms < 60_000) return renderMs(ms)
  const seconds = Math.round(ms / 1_000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts
    .slice(first, first + 2)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}

function rowOf({ server, skewMs, delayMs, stratum, used, dropped }: SourceReport): string[] {
  const [reason] = dropped
  return [
    server,
    skewMs === undefined ? '' : `${skewMs > 0 ? '+' : '-'}${renderSpan(Math.abs(skewMs))}`,
    delayMs === undefined ? '' : renderMs(delayMs),
    stratum === undefined ? '' : String(stratum),
    reason === undefined ? '' : `${used ? 'one answer dropped' : 'dropped'}: ${visible(reason.message)}`,
  ]
}

function markOf({ level }: ClockVerdict, paint: Paint): string {
  if (level === 'good') return paint.green('ok')
  return level === 'warning' ? paint.yellow('warn') : paint.red('fail')
}

function meaningOf({ level, legacy }: ClockVerdict): string[] {
  if (level === 'good') return ['VMess servers accept clients that are up to 120 s off']
  if (level === 'refused') return ['VMess servers with a right clock refuse this client: more than 120 s off']
  return [
    'VMess servers with a right clock still accept this client, up to 120 s; one that is off the other way refuses it',
    ...(legacy ? [] : ['legacy clients (alterId above 0) add up to 30 s at random, and fail now and then']),
  ]
}

function zoneAdvice({ zoneHours }: ClockVerdict): string[] {
  if (zoneHours === undefined) return []
  const hours = `${Math.abs(zoneHours)} h ${zoneHours > 0 ? 'ahead' : 'behind'}`
  return [
    `      that is ${hours}, as when local time was set in the wrong time zone, or a second system keeps the`,
    '      hardware clock in local time: set the zone first, then the time. VMess counts in UTC alone',
  ]
}

function mendingAdvice(mending: Mending | undefined, paint: Paint): string[] {
  if (mending === undefined) return ['', 'turn on automatic time, with chrony for instance']
  const { command, remark } = mending
  return [
    '',
    ...(command === '' ? [] : [`set it right:  ${paint.cyan(command)}`]),
    ...(remark === undefined ? [] : [remark]),
  ]
}
