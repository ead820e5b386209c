import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { missingInput } from '../../cli/flags.js'
import { visible } from '../../cli/render/visible.js'

export default class ProfileRename extends BaseCommand {
  static override summary = 'Give a stored server another name'

  static override examples = [
    '<%= config.bin %> profile rename home office',
    '<%= config.bin %> profile rename home Home --json',
  ]

  static override args = {
    from: Args.string({ description: 'the profile', ignoreStdin: true }),
    to: Args.string({ description: 'its new name', ignoreStdin: true }),
  }

  async run(): Promise<object> {
    const { args } = await this.parse(ProfileRename)
    if (args.from === undefined || args.to === undefined) throw missingInput('a profile and its new name')
    const { renameProfile } = await import('../../operations/profiles/manage.js')
    const [from, to] = await renameProfile(this.config.configDir, args.from, args.to)
    this.log(`${visible(from)} is now ${visible(to)}`)
    return { from, to }
  }
}
