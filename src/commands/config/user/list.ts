import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../../cli/base-command.js'
import { environment } from '../../../cli/environment.js'
import { standardInput } from '../../../cli/standard-input.js'

export default class ConfigUserList extends BaseCommand {
  static override summary = 'List the users of a server file'
  static override examples = [
    '<%= config.bin %> config user list server.json',
    '<%= config.bin %> config user list server.json --show-secrets --json',
  ]

  static override args = {
    file: Args.string({ description: 'V2Ray JSON; - is standard input', required: true, ignoreStdin: true }),
  }

  static override flags = {
    tag: Flags.string({ helpValue: 'TAG', summary: 'of this inbound alone' }),
    'show-secrets': Flags.boolean({ summary: 'ids in full' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ConfigUserList)
    const { listUsers } = await import('../../../operations/config-users.js')
    const sources = { stdin: standardInput(), environment: environment.variables() }
    const { tag, 'show-secrets': showSecrets } = flags
    const users = await listUsers(args.file, { ...sources, tag, showSecrets })
    const { renderUsers } = await import('../../../cli/render/config-users-table.js')
    this.log(renderUsers(users))
    return { users }
  }
}
