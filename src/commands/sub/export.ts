import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { writeBinary } from '../../cli/binary-output.js'
import { conflict } from '../../cli/flags.js'
import { warnIfOthersCanRead } from '../../cli/readable-output.js'
import { visible } from '../../cli/render/visible.js'
import { sourceArg, sourceFlags, sourceOf } from '../../cli/share-flags.js'
import { exportFormats } from '../../operations/export-formats.js'

export default class SubExport extends BaseCommand {
  static override summary = 'Write the text of a subscription, for others to fetch'
  static override description =
    'From stored profiles, links or the file of a client, or for the users of a server file. Put it where a web server ' +
    'finds it; it holds the secrets of the users.'

  static override examples = [
    '<%= config.bin %> sub export server.json --address vpn.example.com -o sub.txt',
    '<%= config.bin %> sub export server.json --address vpn.example.com --user alice -f clash',
    '<%= config.bin %> sub export --all -f links',
  ]

  static override args = sourceArg

  static override flags = {
    all: Flags.boolean({ summary: 'every stored profile' }),
    format: Flags.option({
      char: 'f',
      options: exportFormats,
      default: 'subscription',
      summary: 'subscription is base64 of links, which most apps take',
    })(),
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      summary: 'where to; - or absent is standard output',
    }),
    force: Flags.boolean({ summary: 'replace a file that is there' }),
    ...sourceFlags,
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SubExport)
    if (flags.all && args.source !== undefined) throw conflict('a source and --all')
    const { exportProfiles } = await import('../../operations/export-profiles.js')
    const source = sourceOf(args.source, flags, this.config.configDir)
    const { text, nodes, notes } = await exportProfiles({ ...source, all: flags.all, format: flags.format })
    for (const note of notes) this.note(note)
    const { output = '-', force } = flags
    if (output === '-') {
      warnIfOthersCanRead()
      if (!this.jsonEnabled()) await writeBinary(text)
    } else {
      const { writeOutputFile } = await import('../../operations/output-file.js')
      await writeOutputFile(output, text, { mode: 0o600, force })
      this.log(`${visible(output)}: ${nodes} nodes`)
    }
    return { format: flags.format, nodes, ...(output === '-' ? { text } : { file: output }) }
  }
}
