import type { Paint } from '../paint.js'
import { visible } from './visible.js'

export interface LogRecord {
  readonly level: string
  readonly message: string
  /** ISO 8601, UTC; absent where the reader adds its own, as the journal does. */
  readonly time?: string
  readonly [field: string]: unknown
}

export interface LogLineOptions {
  readonly paint: Paint
  /** For a person at a terminal: time of day first, level in colour. */
  readonly human: boolean
}

const PLAIN_VALUE = /^[^\s"=]+$/
const TIME_OF_DAY = /T(\d\d:\d\d:\d\d)/

/** One log record as a line: `level time message key=value …`, or with the time of day in front. */
export function renderLogLine(record: LogRecord, { paint, human }: LogLineOptions): string {
  const { level, message, time, ...fields } = record
  const facts = Object.entries(fields).map(([key, value]) => `${paint.dim(`${key}=`)}${renderValue(value)}`)
  const text = visible(message)
  if (!human) return [level, ...(time === undefined ? [] : [time]), text, ...facts].join(' ')
  const clock = TIME_OF_DAY.exec(time ?? '')?.[1]
  return [...(clock === undefined ? [] : [paint.dim(clock)]), paintLevel(level, paint), text, ...facts].join(
    ' ',
  )
}

function renderValue(value: unknown): string {
  const text = String(value)
  return PLAIN_VALUE.test(text) ? visible(text) : visible(JSON.stringify(text))
}

function paintLevel(level: string, paint: Paint): string {
  const padded = level.padEnd(7)
  if (level === 'error') return paint.red(padded)
  if (level === 'warning') return paint.yellow(padded)
  return level === 'debug' ? paint.dim(padded) : padded
}
