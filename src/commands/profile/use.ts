import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { missingInput } from '../../cli/flags.js'
import { visible } from '../../cli/render/visible.js'

export default class ProfileUse extends BaseCommand {
  static override summary = 'Choose the server that commands take when none is named'

  static override examples = [
    '<%= config.bin %> profile use home',
    '<%= config.bin %> profile use HOME --json',
  ]

  static override args = {
    name: Args.string({ description: 'the profile', ignoreStdin: true }),
  }

  async run(): Promise<object> {
    const { args } = await this.parse(ProfileUse)
    if (args.name === undefined) throw missingInput('a profile')
    const { useProfile } = await import('../../operations/profiles/manage.js')
    const name = await useProfile(this.config.configDir, args.name)
    this.log(`in use: ${visible(name)}`)
    return { name }
  }
}
