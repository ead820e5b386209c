import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { conflict, missingInput } from '../cli/flags.js'
import { paintFor } from '../cli/paint.js'
import { renderMatch } from '../cli/render/match.js'
import { standardInput } from '../cli/standard-input.js'

export default class Match extends BaseCommand {
  static override summary = 'Tell whether a client can talk to a server, by their files'
  static override description =
    'Pairs each client with the inbound it means, compares all on which both have to agree, and says for each ' +
    'difference which side to change. Ends with exit code 4 when they do not match. Nothing is connected to.'

  static override examples = [
    '<%= config.bin %> match server.json client.json',
    '<%= config.bin %> match --server server.json --client client.json --json',
    '<%= config.bin %> match server.json client.json --fix',
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
    fix: Flags.boolean({ summary: 'print the client as the server wants it; it holds the id' }),
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
    const { fixed, ...findings } = report
    const fault = mismatchFault(flags.strict ? strictly(report) : report)
    if (flags.fix) {
      this.log(fixed.trimEnd())
      return { ...findings, fixed }
    }
    this.found = findings
    if (!this.jsonEnabled()) this.log(renderMatch(report, await paintFor('stdout')))
    if (fault !== undefined) throw fault
    return findings
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
