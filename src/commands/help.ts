import { Args, loadHelpClass } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { EXIT_CODES } from '../cli/exit-codes.js'
import { paintFor } from '../cli/paint.js'
import { renderExitCodes } from '../cli/render/exit-codes.js'
import { commandNames, unknownCommand } from '../cli/unknown-command.js'

export default class Help extends BaseCommand {
  static override summary = 'Explain a command, or the exit codes'
  static override enableJsonFlag = false
  static override strict = false

  static override examples = [
    '<%= config.bin %> help',
    '<%= config.bin %> help serve',
    '<%= config.bin %> help exit-codes',
  ]

  static override args = {
    command: Args.string({ description: 'what to explain: a command, or exit-codes', ignoreStdin: true }),
  }

  async run(): Promise<void> {
    const { argv } = await this.parse(Help)
    const words = argv as string[]
    if (words.join(' ') === 'exit-codes') {
      this.log(renderExitCodes(EXIT_CODES, await paintFor('stdout')))
      return
    }
    const id = words.join(':')
    if (words.length > 0 && !this.config.findCommand(id) && !this.config.findTopic(id)) {
      throw unknownCommand(words.join(' '), commandNames(this.config.commands))
    }
    const ProgramHelp = await loadHelpClass(this.config)
    await new ProgramHelp(this.config, this.config.pjson.oclif.helpOptions).showHelp(words)
  }
}
