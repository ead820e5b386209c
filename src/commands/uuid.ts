import { Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { warnIfOthersCanRead } from '../cli/readable-output.js'
import { renderUuidReport } from '../cli/render/uuid.js'
import { checkUuid, makeUuids } from '../operations/uuid.js'

export default class Uuid extends BaseCommand {
  static override summary = 'Make user ids, or check one'
  static override description =
    'An id is the only secret of a VMess user: whoever has it can use the server. ' +
    'Everything is random unless --from names what to derive the id from.'

  static override examples = [
    '<%= config.bin %> uuid',
    '<%= config.bin %> uuid -n 3 --json',
    '<%= config.bin %> uuid --from alice',
    '<%= config.bin %> uuid --check b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d',
  ]

  static override flags = {
    count: Flags.integer({ char: 'n', summary: 'how many', default: 1, min: 1, max: 1_000_000 }),
    from: Flags.string({
      summary: 'the id a name stands for (1 to 30 bytes, as Xray and sing-box map it)',
      helpValue: 'TEXT',
    }),
    check: Flags.string({
      summary: 'say what an id is instead of making one',
      helpValue: 'ID',
      exclusive: ['from', 'count', 'upper', 'compact'],
    }),
    upper: Flags.boolean({ summary: 'upper case' }),
    compact: Flags.boolean({ summary: 'without dashes' }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(Uuid)
    if (flags.check !== undefined) {
      const report = checkUuid(flags.check)
      if (report.mapped) this.note('only Xray, sing-box and vmess map names; V2Ray refuses them')
      this.log(renderUuidReport(report))
      return report
    }
    warnIfOthersCanRead()
    const { count, upper, compact, from } = flags
    const uuids = makeUuids({ count, upper, compact, ...(from === undefined ? {} : { from }) })
    this.log(uuids.join('\n'))
    return { uuids }
  }
}
