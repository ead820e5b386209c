/** What operations report to while they run; the terminal makes one and hands it over. */
export type { LogFields, Logger, LogLevel } from '../contracts/logger.js'
