import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../../cli/base-command.js'
import { environment } from '../../../cli/environment.js'
import { warnIfOthersCanRead } from '../../../cli/readable-output.js'
import { renderAddedUser } from '../../../cli/render/config-users.js'
import { standardInput } from '../../../cli/standard-input.js'

export default class ConfigUserAdd extends BaseCommand {
  static override summary = 'Add a user to a server file'
  static override description =
    'Makes an id unless --id-file has one, writes the user behind the others, comments kept, and prints the ' +
    'link where the address of the server is known: from --address, or from what it listens on. The file is ' +
    'checked before it is replaced. A server that runs takes the user up when it is started again.'

  static override examples = [
    '<%= config.bin %> config user add server.json --name carol',
    '<%= config.bin %> config user add server.json --name dave -a vpn.example.com --id-file id.txt',
  ]

  static override args = {
    file: Args.string({ description: 'V2Ray JSON with a vmess inbound', required: true, ignoreStdin: true }),
  }

  static override flags = {
    name: Flags.string({ helpValue: 'NAME', required: true, summary: 'of the user, email in the file' }),
    'id-file': Flags.string({ helpValue: 'FILE', summary: 'the id, from a file; - is standard input' }),
    level: Flags.integer({ min: 0, max: 4_294_967_295, default: 0, summary: 'which policy holds for it' }),
    'alter-id': Flags.integer({
      min: 0,
      max: 65_535,
      default: 0,
      summary: 'above 0 the old header is taken too',
    }),
    address: Flags.string({
      char: 'a',
      helpValue: 'ADDR',
      summary: 'how clients reach the server, for the link',
    }),
    tag: Flags.string({ helpValue: 'TAG', summary: 'which inbound, where there are several' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ConfigUserAdd)
    const { name, level, address, tag, 'alter-id': alterId } = flags
    const { readJudgedCredential } = await import('../../../operations/credential.js')
    const stdin = standardInput()
    const { id, remarks } = await readJudgedCredential({ file: flags['id-file'], stdin })
    for (const remark of remarks) this.note(remark)
    const { addConfigUser } = await import('../../../operations/config-users.js')
    const sources = { stdin, environment: environment.variables() }
    const added = await addConfigUser(args.file, { ...sources, name, id, level, alterId, address, tag })
    warnIfOthersCanRead()
    if (added.link === undefined) this.note('no link: give the address of the server with --address')
    this.log(renderAddedUser(added))
    return added
  }
}
