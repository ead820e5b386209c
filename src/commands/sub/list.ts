import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'

export default class SubList extends BaseCommand {
  static override summary = 'List subscriptions with their traffic and expiry'

  static override examples = ['<%= config.bin %> sub list', '<%= config.bin %> sub list --json']

  static override flags = {
    'show-secrets': Flags.boolean({ summary: 'addresses in full' }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(SubList)
    const { listSubscriptions } = await import('../../operations/subscriptions/manage.js')
    const now = Date.now()
    const subscriptions = await listSubscriptions(this.config.configDir, {
      now,
      showSecrets: flags['show-secrets'],
    })
    if (!this.jsonEnabled()) {
      const { renderSubscriptions } = await import('../../cli/render/subscriptions.js')
      this.log(renderSubscriptions(subscriptions))
    }
    return { subscriptions }
  }
}
