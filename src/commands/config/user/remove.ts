import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../../cli/base-command.js'
import { environment } from '../../../cli/environment.js'
import { renderRemovedUser } from '../../../cli/render/config-users.js'
import { standardInput } from '../../../cli/standard-input.js'

export default class ConfigUserRemove extends BaseCommand {
  static override summary = 'Remove a user from a server file'
  static override description =
    'Writes the file without the user, comments kept. Who is connected stays until the server is started again.'

  static override examples = [
    '<%= config.bin %> config user remove server.json --name alice',
    '<%= config.bin %> config user remove server.json --name alice --json',
  ]

  static override args = {
    file: Args.string({ description: 'V2Ray JSON with a vmess inbound', required: true, ignoreStdin: true }),
  }

  static override flags = {
    name: Flags.string({ helpValue: 'NAME', required: true, summary: 'of the user; case does not count' }),
    tag: Flags.string({ helpValue: 'TAG', summary: 'of which inbound, where several have such a user' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ConfigUserRemove)
    const { removeConfigUser } = await import('../../../operations/config-users.js')
    const sources = { stdin: standardInput(), environment: environment.variables() }
    const removed = await removeConfigUser(args.file, { ...sources, ...flags })
    this.log(renderRemovedUser(removed))
    return removed
  }
}
