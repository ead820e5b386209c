import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { conflict, missingInput } from '../cli/flags.js'
import { paintFor } from '../cli/paint.js'
import { warnIfOthersCanRead } from '../cli/readable-output.js'
import { matchJson, renderMatch } from '../cli/render/match.js'
import { visible, visibleLines } from '../cli/render/visible.js'
import { standardInput } from '../cli/standard-input.js'
import type { MatchReport } from '../operations/match.js'

export default class Match extends BaseCommand {
  static override summary = 'Tell whether a client can talk to a server, by their files'
  static override description =
    'Pairs each client with the inbound it means, compares all on which both have to agree, and says for each ' +
    'difference which side to change. Ends with exit code 4 when they do not match. Nothing is connected to.'

  static override examples = [
    '<%= config.bin %> match server.json client.json',
    '<%= config.bin %> match --server server.json --client client.json --json',
    '<%= config.bin %> match server.json client.json --fix -o fixed.json',
  ]

  static override args = {
    server: Args.string({ description: 'the file of the server, in any dialect', ignoreStdin: true }),
    client: Args.string({
      description: 'the file of the client, in any dialect, or a link; - is standard input',
      ignoreStdin: true,
    }),
  }

  static override flags = {
    server: Flags.string({ summary: 'the same as the first argument', helpValue: 'FILE' }),
    client: Flags.string({ summary: 'the same as the second argument', helpValue: 'FILE' }),
    link: Flags.string({ summary: 'the client as a link', helpValue: 'LINK', exclusive: ['client'] }),
    user: Flags.string({ summary: 'the user of the server that the client is', helpValue: 'NAME' }),
    fix: Flags.boolean({ summary: "print the client's file as the server wants it; it holds the id" }),
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      dependsOn: ['fix'],
      summary: 'with --fix: where the file goes; - is standard output',
    }),
    force: Flags.boolean({ dependsOn: ['output'], summary: 'overwrite the file' }),
    sarif: Flags.boolean({ summary: 'findings as SARIF 2.1.0', exclusive: ['json', 'fix'] }),
    strict: Flags.boolean({ summary: 'warnings fail too' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Match)
    const server = either(flags.server, args.server, '--server')
    const client = either(
      flags.client ?? flags.link,
      flags.server ? (args.client ?? args.server) : args.client,
      '--client',
    )
    const { matchFiles, mismatchFault } = await import('../operations/match.js')
    const stdin = standardInput()
    const report = await matchFiles({ server, client, stdin, ...(flags.user && { user: flags.user }) })
    for (const note of report.notes) this.note(note)
    const findings = matchJson(report)
    const fault = mismatchFault(flags.strict ? strictly(report) : report)
    if (flags.fix) return { ...findings, ...(await this.#giveFixed(report, flags)) }
    this.found = findings
    if (flags.sarif) {
      const { matchSarifOf } = await import('../cli/render/sarif.js')
      this.log(JSON.stringify(matchSarifOf(report, this.config.version), null, 2))
    } else if (!this.jsonEnabled()) this.log(renderMatch(report, await paintFor('stdout')))
    if (fault !== undefined) throw fault
    return findings
  }

  async #giveFixed(
    { fixed, fixNote }: MatchReport,
    { output = '-', force }: { readonly output?: string | undefined; readonly force: boolean },
  ): Promise<object> {
    if (fixNote !== undefined) this.note(fixNote)
    if (output === '-') {
      warnIfOthersCanRead()
      if (!this.jsonEnabled()) process.stdout.write(process.stdout.isTTY ? visibleLines(fixed) : fixed)
      return { fixed }
    }
    const { writeOutputFile } = await import('../operations/output-file.js')
    await writeOutputFile(output, fixed, { mode: 0o600, force })
    this.log(visible(output))
    return { file: output }
  }
}

function either(flag: string | undefined, arg: string | undefined, name: string): string {
  if (flag !== undefined && arg !== undefined && name === '--server') return flag
  if (flag !== undefined && arg !== undefined && flag !== arg) throw conflict(`${name} and the argument`)
  const value = flag ?? arg
  if (value === undefined) throw missingInput(name)
  return value
}

function strictly<Report extends { readonly findings: readonly unknown[]; readonly matches: boolean }>(
  report: Report,
): Report {
  return { ...report, matches: report.matches && report.findings.length === 0 }
}
