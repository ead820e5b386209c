import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { missingInput } from '../cli/flags.js'
import { standardInput } from '../cli/standard-input.js'

export default class Import extends BaseCommand {
  static override summary = 'Store servers from links, files, subscriptions and QR pictures'
  static override description =
    'What a source is, is told by its content: one link or many, mixed with other text; the file of any program ' +
    '(V2Ray, Xray, sing-box, Clash, Surge, Quantumult X, Loon); the body of a subscription; a PNG or JPEG with a QR ' +
    'code somewhere in it. - reads standard input, such as the clipboard.\n\n' +
    'One that cannot be used is reported and never costs another. Exit code 0: all could be used; 1: some; 23, or ' +
    'that of the one failure: none. Those that are stored already, the same in every field, count as used.'

  static override examples = [
    '<%= config.bin %> import vmess://…',
    '<%= config.bin %> import - --name office < link.txt',
    '<%= config.bin %> import screenshot.png --dry-run',
  ]

  static override strict = false

  static override args = {
    source: Args.string({
      description: 'links, files, or - for standard input; any number of them',
      ignoreStdin: true,
    }),
  }

  static override flags = {
    name: Flags.string({ helpValue: 'TEXT', summary: 'the name to store it under; several get numbers' }),
    'dry-run': Flags.boolean({ summary: 'report, and store nothing' }),
  }

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(Import)
    const { name, 'dry-run': dryRun } = flags
    const sources = argv as string[]
    if (sources.length === 0) throw missingInput('a link, a file or -')
    const { faultOfImport, importProfiles } = await import('../operations/profiles/import.js')
    const { importJson, renderImport } = await import('../cli/render/import.js')
    const folder = this.config.configDir
    const report = await importProfiles({ sources, stdin: standardInput(), folder, name, dryRun })
    this.found = importJson(report)
    const fault = faultOfImport(report)
    if (fault === undefined || report.rows.length > 1) this.log(renderImport(report, dryRun))
    if (fault !== undefined) throw fault
    return this.found
  }
}
