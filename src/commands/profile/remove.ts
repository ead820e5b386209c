import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { missingInput } from '../../cli/flags.js'
import { visible } from '../../cli/render/visible.js'

export default class ProfileRemove extends BaseCommand {
  static override summary = 'Forget stored servers'
  static override description = 'Several are removed together, or none when one of the names is unknown.'

  static override examples = [
    '<%= config.bin %> profile remove home',
    '<%= config.bin %> profile remove home --json',
  ]

  static override strict = false

  static override args = {
    name: Args.string({ description: 'the profile; any number of them', ignoreStdin: true }),
  }

  async run(): Promise<object> {
    const { argv } = await this.parse(ProfileRemove)
    if (argv.length === 0) throw missingInput('a profile')
    const { removeProfiles } = await import('../../operations/profiles/manage.js')
    const removed = await removeProfiles(this.config.configDir, argv as string[])
    this.log(`removed: ${removed.map((name) => visible(name)).join(', ')}`)
    return { removed }
  }
}
