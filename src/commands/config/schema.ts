import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'

const READABLE = 0o644

export default class ConfigSchema extends BaseCommand {
  static override summary = 'Print the JSON Schema of configurations'
  static override description =
    'A schema (draft-07) for editors: they complete keys, show what they mean, and mark wrong values. In VS ' +
    'Code add it to json.schemas of the settings, with the names of your files as fileMatch. What a schema ' +
    'cannot know is told by validate.'

  static override examples = [
    '<%= config.bin %> config schema',
    '<%= config.bin %> config schema -o v2ray.schema.json',
  ]

  static override flags = {
    output: Flags.string({ char: 'o', helpValue: 'FILE', summary: 'where it goes; - is standard output' }),
    force: Flags.boolean({ summary: 'replace a file that is there' }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(ConfigSchema)
    const { output, force } = flags
    const { configSchema } = await import('../../operations/config-text.js')
    const schema = configSchema()
    const text = JSON.stringify(schema, null, 2)
    if (output === undefined || output === '-') {
      this.log(text)
      return { schema }
    }
    const { writeOutputFile } = await import('../../operations/output-file.js')
    await writeOutputFile(output, `${text}\n`, { mode: READABLE, force })
    return { file: output }
  }
}
