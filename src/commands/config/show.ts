import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { environment } from '../../cli/environment.js'
import { warnIfOthersCanRead } from '../../cli/readable-output.js'
import { standardInput } from '../../cli/standard-input.js'

export default class ConfigShow extends BaseCommand {
  static override summary = 'Show a configuration as it is understood'
  static override description =
    'Checks a V2Ray configuration and prints it in its usual spelling and order, old forms as the lists of ' +
    'today, without comments. Ids keep four digits, passwords, seeds and keys nothing: what is printed can be ' +
    'shown around.'

  static override examples = [
    '<%= config.bin %> config show server.json',
    '<%= config.bin %> config show server.json --defaults',
    '<%= config.bin %> config show client.json --show-secrets',
  ]

  static override args = {
    file: Args.string({ description: 'V2Ray JSON; - is standard input', required: true, ignoreStdin: true }),
  }

  static override flags = {
    defaults: Flags.boolean({ summary: 'what the file does not say too' }),
    'show-secrets': Flags.boolean({ summary: 'ids, passwords and keys as they are' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ConfigShow)
    const { showConfig } = await import('../../operations/config-text.js')
    const { 'show-secrets': showSecrets, defaults } = flags
    if (showSecrets) warnIfOthersCanRead()
    const { config, masked } = await showConfig(args.file, {
      stdin: standardInput(),
      environment: environment.variables(),
      defaults,
      showSecrets,
    })
    this.log(JSON.stringify(config, null, 2))
    return { config, masked }
  }
}
