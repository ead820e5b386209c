import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'

export default class ProfileList extends BaseCommand {
  static override summary = 'List the stored servers'
  static override description = 'A star marks the one in use: commands take it when no other is named.'

  static override examples = ['<%= config.bin %> profile list', '<%= config.bin %> profile list --json']

  static override flags = {
    'show-secrets': Flags.boolean({ summary: 'ids in full: whoever reads one can use the server' }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(ProfileList)
    const { listProfiles } = await import('../../operations/profiles/manage.js')
    const profiles = await listProfiles(this.config.configDir, flags['show-secrets'])
    if (!this.jsonEnabled()) {
      const { renderProfiles } = await import('../../cli/render/profiles.js')
      this.log(renderProfiles(profiles))
    }
    return { profiles }
  }
}
