/** The engine's log as lines: pino makes the records, renderers the text. */
import type { LogFields, Logger, LogLevel } from '../operations/logger.js'
import { dropping } from './dropping.js'
import { maskSecrets } from './mask.js'
import type { Paint } from './paint.js'
import { type LogRecord, renderLogLine } from './render/log-line.js'
import { visibleJson } from './render/visible.js'

export interface LogSinkOptions {
  readonly level: LogLevel
  readonly format: 'text' | 'json'
  /** For a person at a terminal. */
  readonly human: boolean
  /** False under systemd: the journal has its own. */
  readonly withTime: boolean
  readonly paint: Paint
  /** Takes whole lines, without the line end. A line that it throws at is dropped. */
  readonly write: (line: string) => void
}

/** pino's own name for warnings is another. */
const LEVELS = { debug: 20, info: 30, warning: 40, error: 50 }

const SILENT: Logger = { debug: ignore, info: ignore, warning: ignore, error: ignore, writes: () => false }

/**
 * A logger that writes lines of at least `level`. Ids and links are masked in whatever it is given.
 * It never throws: lines that cannot be written are counted, and told once writing works again.
 */
export async function makeLogSink(options: LogSinkOptions): Promise<Logger> {
  const { level, withTime } = options
  if (level === 'none') return SILENT
  const { pino, stdTimeFunctions } = await import('pino')
  const sink = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      customLevels: LEVELS,
      useOnlyCustomLevels: true,
      timestamp: withTime ? stdTimeFunctions.isoTime : false,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: dropping(makeWriter(options), (lines) => sink.error({ lines }, 'log lines were lost')) },
  )
  const log =
    (name: keyof typeof LEVELS) =>
    (message: string, fields: LogFields = {}): void =>
      sink[name](maskFields(fields), maskSecrets(message))
  return {
    debug: log('debug'),
    info: log('info'),
    warning: log('warning'),
    error: log('error'),
    writes: (asked) => LEVELS[asked] >= LEVELS[level],
  }
}

/** pino hands over JSON lines; text is made from them. */
function makeWriter({ format, write, paint, human }: LogSinkOptions): (json: string) => void {
  if (format === 'json') return (json) => write(visibleJson(json.trimEnd()))
  return (json) => write(renderLogLine(JSON.parse(json) as LogRecord, { paint, human }))
}

function maskFields(fields: LogFields): LogFields {
  const masked = Object.entries(fields).map(([key, value]) => [
    key,
    typeof value === 'string' ? maskSecrets(value) : value,
  ])
  return Object.fromEntries(masked) as LogFields
}

function ignore(): void {
  // The level is none.
}
