/** What commands that measure servers have in common: which ones, events, and how they end. */
import { Args, Flags } from '@oclif/core'
import type { SourceProfiles } from '../operations/profiles/named-source.js'
import { BaseCommand } from './base-command.js'
import { EXIT_INTERRUPTED } from './exit-codes.js'
import type { Failure } from './failure.js'
import { LiveLines } from './live-lines.js'
import { eventLine } from './render/event-line.js'
import { failureJson } from './render/failure.js'
import { standardInput } from './standard-input.js'
import { untilInterrupted } from './until-interrupted.js'

export const serversArg = {
  profile: Args.string({
    description:
      'stored profiles, vmess:// links, files, or - for standard input, any number; a profile comes before a file ' +
      'of its name, ./NAME is always the file; the profile in use unless given',
    ignoreStdin: true,
  }),
}

export const allFlag = {
  all: Flags.boolean({ summary: 'every stored profile' }),
}

/** `chooseProfiles` of the operations. */
type ChooseProfiles = (choice: {
  readonly names: readonly string[]
  readonly all: boolean
  readonly folder: string
  readonly stdin: AsyncIterable<Uint8Array>
}) => Promise<SourceProfiles>

export interface Measurement<Result> {
  /** Measures until the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<Result>
  /** What is known so far, in so many lines. */
  readonly progress: (rows: number) => readonly string[]
}

/** With `--json` these commands print one event per line, each with `time` and `event`. */
export abstract class MeasuringCommand extends BaseCommand {
  #interrupted = false

  protected event(event: string, data: object): void {
    if (!this.jsonEnabled()) return
    process.stdout.write(`${eventLine(event, data)}\n`)
  }

  /** The servers of the arguments, with remarks on those that cannot be used. */
  protected async choose(choose: ChooseProfiles, argv: readonly unknown[], all: boolean) {
    const names = argv.map(String)
    const { profiles, notes } = await choose({
      names,
      all,
      folder: this.config.configDir,
      stdin: standardInput(),
    })
    for (const note of notes) this.note(note)
    return profiles
  }

  /** Runs it with its progress where somebody watches; Ctrl-C ends it early, and what it knows is the result. */
  protected async measure<Result>({ run, progress }: Measurement<Result>): Promise<Result> {
    const live = new LiveLines(process.stderr, progress)
    if (process.stderr.isTTY && !this.quiet && !this.jsonEnabled()) live.start()
    return untilInterrupted((signal) => {
      signal.addEventListener('abort', () => {
        this.#interrupted = true
      })
      return run(signal)
    }).finally(() => live.stop())
  }

  /** For the summary: whether there would have been more. */
  protected get cut(): { readonly interrupted?: true } {
    return this.#interrupted ? { interrupted: true } : {}
  }

  /** The last thing to do, once the result is shown. */
  protected endAsMeasured(): void {
    if (this.#interrupted) this.exit(EXIT_INTERRUPTED)
  }

  protected override formatFailure(failure: Failure): string {
    return eventLine('error', failureJson(failure))
  }
}
