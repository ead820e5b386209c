export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'none'

/** Facts beside a log line. Never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Where the engine says what happened. Never throws, never waits. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warning(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** Whether lines of this level are written; they are, if absent. Asked before a line that is costly to make. */
  writes?(level: Exclude<LogLevel, 'none'>): boolean
}
