import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'

export default class ProfileShow extends BaseCommand {
  static override summary = 'Show the settings of a stored server'
  static override description = 'Ids and keys are masked unless --show-secrets is given.'

  static override examples = [
    '<%= config.bin %> profile show home',
    '<%= config.bin %> profile show --show-secrets',
  ]

  static override args = {
    name: Args.string({ description: 'the profile; the one in use unless given', ignoreStdin: true }),
  }

  static override flags = {
    'show-secrets': Flags.boolean({ summary: 'the id in full: whoever reads it can use the server' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ProfileShow)
    const { showProfile } = await import('../../operations/profiles/manage.js')
    const shown = await showProfile(this.config.configDir, args.name, flags['show-secrets'])
    if (!this.jsonEnabled()) {
      const { renderProfile } = await import('../../cli/render/profiles.js')
      this.log(renderProfile(shown))
    }
    return shown
  }
}
