import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { missingInput } from '../../cli/flags.js'
import { renderCount } from '../../cli/render/units.js'
import { visible } from '../../cli/render/visible.js'

export default class SubRemove extends BaseCommand {
  static override summary = 'Forget a subscription and its servers'

  static override examples = [
    '<%= config.bin %> sub remove work',
    '<%= config.bin %> sub remove work --keep-profiles',
  ]

  static override args = {
    name: Args.string({ description: 'the subscription', ignoreStdin: true }),
  }

  static override flags = {
    'keep-profiles': Flags.boolean({ summary: 'its servers stay, as profiles of your own' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SubRemove)
    if (args.name === undefined) throw missingInput('a subscription')
    const { removeSubscription } = await import('../../operations/subscriptions/manage.js')
    const keep = flags['keep-profiles']
    const { name, nodes } = await removeSubscription(this.config.configDir, args.name, keep)
    this.log(`removed: ${visible(name)}; ${renderCount(nodes, 'profile')} ${keep ? 'kept' : 'removed'}`)
    return { name, profiles: nodes, kept: keep }
  }
}
