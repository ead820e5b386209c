import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { environment } from '../cli/environment.js'
import { paintFor } from '../cli/paint.js'
import { renderDifference } from '../cli/render/difference.js'
import { findingsJson, renderFindings } from '../cli/render/findings.js'
import { visible } from '../cli/render/visible.js'
import { standardInput } from '../cli/standard-input.js'
import { TARGETS } from '../operations/targets.js'
import type { Validation } from '../operations/validate.js'

export default class Validate extends BaseCommand {
  static override summary = 'Check configuration files, and say what to do about each problem'
  static override description =
    'Each problem comes with its place, the line, the id of the rule and a way out. Without --target files ' +
    'are judged for V2Ray and its kin in general; what only this program does not run is a note.\n\n' +
    'Ends with 23 when there are errors; with --strict warnings count too.'

  static override aliases = ['check']
  static override strict = false

  static override examples = [
    '<%= config.bin %> validate server.json',
    '<%= config.bin %> validate server.json client.json --json',
    '<%= config.bin %> validate client.json --target xray',
    '<%= config.bin %> validate client.json --fix --dry-run',
  ]

  static override args = {
    file: Args.string({
      name: 'FILE',
      description: 'V2Ray JSON, comments allowed; several may be given; - is standard input',
      required: true,
      ignoreStdin: true,
    }),
  }

  static override flags = {
    strict: Flags.boolean({ summary: 'warnings fail the command too' }),
    target: Flags.option({
      options: TARGETS,
      summary: 'judge for one program: what it refuses or does differently',
    })(),
    format: Flags.option({
      char: 'f',
      options: ['auto', 'v2ray', 'sing-box'] as const,
      default: 'auto',
      summary: 'the form of the files',
    })(),
    as: Flags.option({ options: ['server', 'client'] as const, summary: 'what the file is meant for' })(),
    rule: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ID',
      summary: 'only this rule; may repeat',
    }),
    ignore: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ID',
      summary: 'not this rule; may repeat',
    }),
    merge: Flags.boolean({ summary: 'the files together are one configuration, as for v2ray -c A -c B' }),
    fix: Flags.boolean({ summary: 'mend what can be mended safely, and show the difference' }),
    'dry-run': Flags.boolean({ summary: 'with --fix: only show the difference', dependsOn: ['fix'] }),
    sarif: Flags.boolean({ summary: 'findings as SARIF 2.1.0', exclusive: ['json'] }),
  }

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(Validate)
    const { assertValid, validateFiles } = await import('../operations/validate.js')
    const { target, as, rule, ignore, merge, format } = flags
    const validation = await validateFiles({
      files: argv as string[],
      stdin: standardInput(),
      environment: environment.variables(),
      merge,
      format,
      ...(flags.fix && { fix: flags['dry-run'] ? 'show' : 'write' }),
      ...(target && { target }),
      ...(as && { as }),
      ...(rule && { only: rule }),
      ...(ignore && { ignore }),
    })
    const data = findingsJson(validation)
    this.found = data
    await this.#show(validation, flags)
    for (const { fault } of validation.failures.slice(1))
      this.note(visible(`${fault.what}: ${fault.why ?? ''}`))
    assertValid(validation, flags.strict)
    return data
  }

  async #show(validation: Validation, { sarif, fix }: { sarif: boolean; fix: boolean }): Promise<void> {
    if (sarif) {
      const { sarifOf } = await import('../cli/render/sarif.js')
      this.log(JSON.stringify(sarifOf(validation, this.config.version), null, 2))
      return
    }
    // Mended standard input goes to standard output, and what is said about it elsewhere.
    const isPipe = fix && validation.files[0] === 'standard input'
    const paint = await paintFor(isPipe ? 'stderr' : 'stdout')
    for (const { difference, text } of validation.patches) {
      if (!isPipe) this.log(`${renderDifference(difference, paint)}\n`)
      else if (!this.jsonEnabled()) process.stdout.write(text)
    }
    const text = renderFindings(validation, { paint, quiet: this.quiet })
    if (text === '' || validation.files.length === 0) return
    if (!isPipe) this.log(text)
    else if (!this.quiet && !this.jsonEnabled()) process.stderr.write(`${text}\n`)
  }
}
