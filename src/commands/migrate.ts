import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { warnIfOthersCanRead } from '../cli/readable-output.js'
import { migrationNotes } from '../cli/render/migration.js'
import { visible, visibleLines } from '../cli/render/visible.js'
import { standardInput } from '../cli/standard-input.js'
import { MIGRATION_TARGETS } from '../operations/targets.js'

export default class Migrate extends BaseCommand {
  static override summary = 'Rewrite V2Ray and Xray configurations for a newer or another program'
  static override description =
    'Old top levels become inbounds and outbounds, alterId becomes 0, options that are gone are written in ' +
    'their new form or taken out. Each field that changed is named. Give server and client together, so that ' +
    'both change alike.\n\n' +
    'Where the target cannot do what the file asks for, nothing is written unless --lossy is given.'

  static override strict = false

  static override examples = [
    '<%= config.bin %> migrate server.json --target v2ray5',
    '<%= config.bin %> migrate server.json client.json --target v2ray4 -o . --force',
    '<%= config.bin %> migrate client.json --target sing-box -o sing-box.json',
  ]

  static override args = {
    file: Args.string({
      description: 'V2Ray or Xray JSON; several may be given; - is standard input',
      required: true,
      ignoreStdin: true,
    }),
  }

  static override flags = {
    target: Flags.option({
      options: MIGRATION_TARGETS,
      aliases: ['to'],
      required: true,
      summary: 'the program to write for; --to is the same',
    })(),
    output: Flags.string({
      char: 'o',
      helpValue: 'PATH',
      summary: 'a file, or a folder for several; - is standard output',
    }),
    force: Flags.boolean({ summary: 'overwrite files' }),
    lossy: Flags.boolean({ summary: 'leave out what the target cannot do' }),
  }

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(Migrate)
    const { assertCarried, migrateFiles, writeMigrated } = await import('../operations/migrate.js')
    const { target, output = '-', force, lossy } = flags
    const files = await migrateFiles({ files: argv as string[], stdin: standardInput(), target })
    for (const note of migrationNotes(files)) this.note(note)
    this.found = { files: files.map(({ file, changes }) => ({ file, changes })) }
    assertCarried(files, lossy)
    if (output !== '-') {
      const paths = await writeMigrated(files, output, force)
      for (const path of paths) this.log(visible(path))
      return { files: files.map(({ file, changes }, i) => ({ file, output: paths[i], changes })) }
    }
    warnIfOthersCanRead()
    for (const { text } of files) {
      if (!this.jsonEnabled()) process.stdout.write(process.stdout.isTTY ? visibleLines(text) : text)
    }
    return { files }
  }
}
