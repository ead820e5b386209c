/** What every command has in common: global flags, the JSON envelope, failures and their exit codes. */
import { Command, Errors, Flags, type Interfaces } from '@oclif/core'
import { describeFailure, type Failure, framesOf } from './failure.js'
import { paintFor } from './paint.js'
import { failureJson, renderFailure } from './render/failure.js'
import { jsonText, visible } from './render/visible.js'
import { printLine } from './streams.js'

const GLOBAL = { helpGroup: 'GLOBAL' }

export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true

  static override baseFlags = {
    quiet: Flags.boolean({ char: 'q', summary: 'less on stderr', exclusive: ['verbose'], ...GLOBAL }),
    verbose: Flags.boolean({ char: 'v', summary: 'more on stderr, stack traces included', ...GLOBAL }),
    'no-color': Flags.boolean({ summary: 'no colour (also NO_COLOR)', ...GLOBAL }),
    'no-input': Flags.boolean({
      summary: 'never ask; fail and name the missing flag',
      env: 'VMESS_NO_INPUT',
      ...GLOBAL,
    }),
  }

  protected quiet = false
  protected verbose = false
  /** What was noted so far; part of every answer in JSON. */
  protected readonly warnings: string[] = []

  /** What a command that fails has found all the same: `data` of its JSON. */
  protected found: object | undefined

  /** A remark that changes nothing about the result: on stderr, or in the JSON envelope. */
  protected note(text: string): void {
    this.warnings.push(text)
    if (!this.quiet && !this.jsonEnabled()) process.stderr.write(`${visible(text)}\n`)
  }

  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse<F, B, A>(options, argv)
    const { quiet, verbose } = parsed.flags as { quiet?: boolean; verbose?: boolean }
    this.quiet = quiet ?? false
    this.verbose = verbose ?? false
    return parsed
  }

  protected override toSuccessJson(data: unknown): unknown {
    return { ok: true, data, warnings: this.warnings }
  }

  protected override toErrorJson(failure: Failure): unknown {
    return failureJson(failure, this.found)
  }

  override logJson(json: unknown): void {
    process.stdout.write(`${jsonText(json)}\n`)
  }

  /** Shows a failure and ends with its exit code, with `--json` and without alike. */
  protected override async catch(error: Errors.CLIError | Error): Promise<never> {
    if (error instanceof Errors.ExitError) throw error
    const failure = this.describe(error)
    if (this.jsonEnabled()) await printLine(process.stdout, this.formatFailure(failure))
    else await printLine(process.stderr, renderFailure(failure, await paintFor('stderr')).trimEnd())
    throw new Errors.ExitError(failure.exitCode)
  }

  /** The JSON text of a failure; commands that print JSON Lines keep it to one. */
  protected formatFailure(failure: Failure): string {
    return jsonText(this.toErrorJson(failure))
  }

  private describe(error: unknown): Failure {
    const flags = { ...this.ctor.flags, ...this.ctor.baseFlags }
    const failure = describeFailure(error, {
      command: `${this.config.bin} ${this.id?.replaceAll(':', ' ')}`,
      flags: [...Object.keys(flags), 'json', 'help'].map((name) => `--${name}`),
    })
    const wanted = this.argv.includes('--verbose') || this.argv.includes('-v') || Boolean(process.env.DEBUG)
    if (failure.stack !== undefined || !wanted || !(error instanceof Error) || !error.stack) return failure
    return { ...failure, stack: framesOf(error) }
  }
}
