import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { environment } from '../../cli/environment.js'
import { durationFlag, missingInput } from '../../cli/flags.js'

export default class SubAdd extends BaseCommand {
  static override summary = 'Fetch a subscription, and store its servers'
  static override description =
    'The address is a secret: it is stored in a file of its owner, and masked wherever it is shown. It is fetched at ' +
    'once, and stored only if that works. HTTPS_PROXY and NO_PROXY are obeyed.'

  static override examples = [
    '<%= config.bin %> sub add office --url https://example.com/sub',
    '<%= config.bin %> sub add office --url https://example.com/sub --through home --interval 12h',
  ]

  static override args = {
    name: Args.string({ description: 'how it is called here', ignoreStdin: true }),
  }

  static override flags = {
    url: Flags.string({ helpValue: 'URL', summary: 'where it is' }),
    interval: durationFlag({
      summary: 'how often sub update --due fetches it; what the provider says unless given',
    }),
    through: Flags.string({ helpValue: 'PROFILE', summary: 'fetch it through this server' }),
    'user-agent': Flags.string({
      helpValue: 'TEXT',
      summary: 'what to ask as; some panels answer by the name of the app',
    }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SubAdd)
    const { url, through, interval, 'user-agent': userAgent } = flags
    if (args.name === undefined || url === undefined)
      throw missingInput('a name and its address', 'vmess sub add NAME --url URL')
    const { addSubscription } = await import('../../operations/subscriptions/manage.js')
    const { renderUpdates, updateJson } = await import('../../cli/render/subscriptions.js')
    const result = await addSubscription(
      {
        name: args.name,
        url,
        ...(through !== undefined && { through }),
        ...(userAgent !== undefined && { userAgent }),
        ...(interval !== undefined && { ownIntervalMs: interval }),
      },
      { folder: this.config.configDir, environment: environment.variables(), now: Date.now() },
    )
    this.log(renderUpdates([result]))
    return updateJson(result)
  }
}
