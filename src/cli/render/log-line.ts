import type { Paint } from '../paint.js'

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

/** Codes 0 to 31 and 127 to 159: names from the wire must not move the cursor or fake a second line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g
const PLAIN_VALUE = /^[^\s"=]+$/
const TIME_OF_DAY = /T(\d\d:\d\d:\d\d)/

/** One log record as a line: `level time message key=value …`, or with the time of day in front. */
export function renderLogLine(record: LogRecord, { paint, human }: LogLineOptions): string {
  const { level, message, time, ...fields } = record
  const facts = Object.entries(fields).map(([key, value]) => `${paint.dim(`${key}=`)}${renderValue(value)}`)
  const text = escapeControls(message)
  if (!human) return [level, ...(time === undefined ? [] : [time]), text, ...facts].join(' ')
  const clock = TIME_OF_DAY.exec(time ?? '')?.[1]
  return [...(clock === undefined ? [] : [paint.dim(clock)]), paintLevel(level, paint), text, ...facts].join(
    ' ',
  )
}

function renderValue(value: unknown): string {
  const text = String(value)
  return PLAIN_VALUE.test(text) ? escapeControls(text) : JSON.stringify(text).replace(CONTROLS, escapeControl)
}

function paintLevel(level: string, paint: Paint): string {
  const padded = level.padEnd(7)
  if (level === 'error') return paint.red(padded)
  if (level === 'warning') return paint.yellow(padded)
  return level === 'debug' ? paint.dim(padded) : padded
}

function escapeControls(text: string): string {
  return text.replace(CONTROLS, escapeControl)
}

function escapeControl(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}
