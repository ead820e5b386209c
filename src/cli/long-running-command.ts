/** What commands that stay in the foreground have in common: log, events, live line and the way to stop. */
import { Flags, type Interfaces } from '@oclif/core'
import type { LogConfig } from '../operations/log-config.js'
import type { Logger, LogLevel } from '../operations/logger.js'
import type { Running } from '../operations/running.js'
import { BaseCommand } from './base-command.js'
import { relaxCollector } from './collector.js'
import { compileEarly } from './compiler.js'
import type { Failure } from './failure.js'
import { environment } from './environment.js'
import { durationFlag } from './flags.js'
import { LiveLine } from './live-line.js'
import { openLogFile } from './log-file.js'
import { makeLogSink } from './log-sink.js'
import { PLAIN, paintFor } from './paint.js'
import { eventLine } from './render/event-line.js'
import { failureJson } from './render/failure.js'
import { makeRateMeter, renderStatus, renderTotals } from './render/status.js'
import { renderCount } from './render/units.js'
import { visibleJson } from './render/visible.js'
import { stayUntilSignal } from './signals.js'

const LOG_LEVELS = ['debug', 'info', 'warning', 'error', 'none'] as const

/** What a configuration file says about the log. */
export type LogSettings = Pick<LogConfig, 'level' | 'error'>

const STDERR = 2
const GRACE_MS = 5_000
const STDERR_LOG: LogSettings = { level: 'warning', error: { to: 'stdout' } }

export interface StayFlags {
  /** 5 s unless given. */
  readonly graceMs?: number | undefined
  /** Says where it runs; a signal that follows is kept. */
  readonly announce: () => Promise<void>
}

export interface LogFlags {
  readonly 'log-level'?: LogLevel | undefined
  readonly 'log-format': 'text' | 'json'
}

/** With `--json` these commands print one event per line, each with `time` and `event`. */
export abstract class LongRunningCommand extends BaseCommand {
  static override baseFlags = {
    ...BaseCommand.baseFlags,
    'log-level': Flags.option({
      options: LOG_LEVELS,
      env: 'VMESS_LOG_LEVEL',
      summary: 'what the log on stderr holds; the configuration decides unless given, else warnings',
      helpGroup: 'RUNNING',
    })(),
    'log-format': Flags.option({
      options: ['text', 'json'] as const,
      default: 'text',
      summary: 'how the log is written',
      helpGroup: 'RUNNING',
    })(),
    grace: durationFlag({
      summary: 'how long connections may go on after Ctrl-C, SIGTERM or SIGHUP; 5s unless given',
      helpGroup: 'RUNNING',
    }),
  }

  readonly #live = new LiveLine(process.stderr, () => this.#status())
  #status: () => string = () => ''
  #logFormat: LogFlags['log-format'] = 'text'

  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse<F, B, A>(options, argv)
    this.#logFormat = (parsed.flags as Partial<LogFlags>)['log-format'] ?? 'text'
    return parsed
  }

  /** Whoever reads the log as JSON reads remarks there too, also those from before it is open. */
  protected override note(text: string): void {
    if (this.#logFormat === 'text') super.note(text)
    else {
      this.warnings.push(text)
      if (!this.quiet && !this.jsonEnabled()) this.#logLine('warning', { message: text })
    }
  }

  /** An event for programs, or its text for people; both are answers, so both go to stdout. */
  protected announce(event: string, data: object, text: string): void {
    const { warnings } = this
    const facts = warnings.length === 0 ? data : { ...data, warnings: warnings.splice(0) }
    process.stdout.write(this.jsonEnabled() ? `${eventLine(event, facts)}\n` : `${text}\n`)
  }

  /** The engine's log, on stderr unless the configuration names a file. */
  protected async openLog(flags: LogFlags, { level, error }: LogSettings = STDERR_LOG): Promise<Logger> {
    const fromFile = error.to === 'off' ? 'none' : level
    const fromVerbosity = this.verbose ? 'debug' : this.quiet ? 'error' : undefined
    const toFile = error.to === 'file' ? openLogFile(error.path) : undefined
    return makeLogSink({
      level: flags['log-level'] ?? fromVerbosity ?? fromFile,
      format: flags['log-format'],
      human: toFile === undefined && Boolean(process.stderr.isTTY),
      withTime: toFile !== undefined || !environment.isJournal(STDERR),
      paint: toFile === undefined ? await paintFor('stderr') : PLAIN,
      write: toFile ?? ((line) => this.#live.print(line)),
    })
  }

  /** Announces that it runs, then stays until a signal, with the live line where somebody can see it. */
  protected async stay(
    running: Pick<Running, 'connections' | 'snapshot' | 'stop'>,
    options: StayFlags,
  ): Promise<void> {
    const { graceMs = GRACE_MS, announce } = options
    relaxCollector()
    compileEarly()
    const rates = makeRateMeter(running.snapshot(), Date.now())
    this.#status = () => {
      const snapshot = running.snapshot()
      return renderStatus(snapshot, rates(snapshot, Date.now()))
    }
    await stayUntilSignal(running, {
      graceMs,
      onReady: async () => {
        await announce()
        if (process.stderr.isTTY && !this.quiet && !this.jsonEnabled()) this.#live.start()
      },
      onStopping: (connections) => {
        this.#live.stop()
        const text = `stopping, ${renderCount(connections, 'connection')}, again to force`
        this.#tell('stopping', { connections }, text)
      },
    })
    const snapshot = running.snapshot()
    const { uplinkBytes, downlinkBytes } = snapshot
    this.#tell('summary', { uplinkBytes, downlinkBytes }, renderTotals(snapshot))
  }

  protected override formatFailure(failure: Failure): string {
    return eventLine('error', failureJson(failure))
  }

  #logLine(level: LogLevel, record: object): void {
    const line = JSON.stringify({ level, time: new Date().toISOString(), ...record })
    process.stderr.write(`${visibleJson(line)}\n`)
  }

  /** An event for programs on stdout; a remark on stderr for people, or for whoever reads the log there. */
  #tell(event: string, data: object, text: string): void {
    if (this.jsonEnabled()) this.announce(event, data, '')
    else if (!this.quiet && this.#logFormat === 'json') {
      this.#logLine('info', { message: event, ...data })
    } else if (!this.quiet) process.stderr.write(`${text}\n`)
  }
}
