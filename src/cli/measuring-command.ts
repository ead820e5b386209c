/** What commands that measure servers have in common: which ones, events, and how they end. */
import { Args, Flags } from '@oclif/core'
import { BaseCommand } from './base-command.js'
import type { Failure } from './failure.js'
import { eventLine } from './render/event-line.js'
import { failureJson } from './render/failure.js'

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

/** With `--json` these commands print one event per line, each with `time` and `event`. */
export abstract class MeasuringCommand extends BaseCommand {
  static override strict = false

  protected event(event: string, data: object): void {
    if (!this.jsonEnabled()) return
    process.stdout.write(`${eventLine(event, data)}\n`)
  }

  /** Whether somebody watches. */
  protected get isLive(): boolean {
    return Boolean(process.stderr.isTTY) && !this.quiet && !this.jsonEnabled()
  }

  protected override formatFailure(failure: Failure): string {
    return eventLine('error', failureJson(failure))
  }
}
