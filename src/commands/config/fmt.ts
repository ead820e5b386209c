import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { conflict } from '../../cli/flags.js'
import { visible } from '../../cli/render/visible.js'
import { standardInput } from '../../cli/standard-input.js'
import { Fault } from '../../faults/fault.js'

export default class ConfigFmt extends BaseCommand {
  static override summary = 'Tidy a configuration: stable order and indent'
  static override description =
    'Prints the file with two spaces a level and its keys in their usual order. Comments stay with what they ' +
    'stand at; values and spellings stay as they are. Nothing is written without --write.'

  static override examples = [
    '<%= config.bin %> config fmt server.json',
    '<%= config.bin %> config fmt -w server.json',
    '<%= config.bin %> config fmt --check tidy.json',
  ]

  static override args = {
    file: Args.string({ description: 'V2Ray JSON; - is standard input', required: true, ignoreStdin: true }),
  }

  static override flags = {
    write: Flags.boolean({ char: 'w', summary: 'put the result in place of the file', exclusive: ['check'] }),
    check: Flags.boolean({ summary: 'only say whether the file is tidy: exit 0 or 1' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ConfigFmt)
    const { file } = args
    if (flags.write && file === '-') throw conflict('--write and standard input')
    const { formatConfig, replaceConfig } = await import('../../operations/config-text.js')
    const { text, same } = await formatConfig(file, { stdin: standardInput() })
    if (flags.check) {
      if (!same) throw new Fault('CONFIG_UNTIDY', { why: file })
      this.log(`${visible(file)} is tidy`)
      return { file, changed: false }
    }
    if (!flags.write) {
      this.log(text.trimEnd())
      return { text, changed: !same }
    }
    if (!same) await replaceConfig(file, text)
    this.log(`${visible(file)} ${same ? 'was tidy' : 'is tidy now'}`)
    return { file, changed: !same }
  }
}
