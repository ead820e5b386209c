import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { environment } from '../../cli/environment.js'
import { conflict } from '../../cli/flags.js'
import { Fault } from '../../faults/fault.js'

export default class SubUpdate extends BaseCommand {
  static override summary = 'Fetch subscriptions again'
  static override description =
    'All of them, or those that are named. Stored servers are kept when the answer is a web page, is empty, or has ' +
    'lost more than half of them; --force takes it even so. Exit code 5 when one could not be updated.'

  static override examples = [
    '<%= config.bin %> sub update',
    '<%= config.bin %> sub update work --json',
    '<%= config.bin %> sub update --due',
  ]

  static override strict = false

  static override args = {
    name: Args.string({ description: 'the subscription; any number of them', ignoreStdin: true }),
  }

  static override flags = {
    due: Flags.boolean({ summary: 'only those whose interval is over' }),
    force: Flags.boolean({ summary: 'take what comes, also when most servers are gone' }),
  }

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(SubUpdate)
    if (flags.due && argv.length > 0) throw conflict('a name and --due')
    const { dueSubscriptions } = await import('../../operations/subscriptions/manage.js')
    const { updateSubscriptions } = await import('../../operations/subscriptions/update.js')
    const { renderUpdates, updateJson } = await import('../../cli/render/subscriptions.js')
    const folder = this.config.configDir
    const now = Date.now()
    const names = flags.due ? await dueSubscriptions(folder, now) : (argv as string[])
    const options = { folder, environment: environment.variables(), now, force: flags.force }
    const results = flags.due && names.length === 0 ? [] : await updateSubscriptions(names, options)
    const kept = results.flatMap((result) => (result.result === 'kept' ? [result.fault] : []))
    this.found = { subscriptions: results.map(updateJson) }
    if (kept.length === 0 || results.length > 1) this.log(renderUpdates(results))
    if (kept[0] !== undefined) {
      throw results.length === 1
        ? kept[0]
        : new Fault('SUBSCRIPTION_SOME', { why: `${kept.length} of ${results.length}` })
    }
    return this.found
  }
}
