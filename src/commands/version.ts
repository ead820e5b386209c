import { Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { environment } from '../cli/environment.js'
import { durationFlag } from '../cli/flags.js'

export default class Version extends BaseCommand {
  static override summary = 'Print the version of the program, of Node and of the system'
  static override description =
    'Reads nothing from the network, but with --check: then it asks the registry that npm here is set up for ' +
    'whether there is a newer one. When the registry cannot be reached it ends with 5.'

  static override examples = [
    '<%= config.bin %> version',
    '<%= config.bin %> version --json',
    '<%= config.bin %> version --check',
  ]

  static override flags = {
    check: Flags.boolean({ summary: 'ask the registry for the newest version' }),
    registry: Flags.string({
      helpValue: 'URL',
      dependsOn: ['check'],
      summary: "with --check: another registry than npm's",
    }),
    timeout: durationFlag({
      summary: 'with --check: how long it may take',
      default: 10_000,
      defaultHelp: async () => '10s',
    }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(Version)
    const { version, name } = this.config
    const { platform, arch, versions } = process
    const facts = { version, node: versions.node, openssl: versions.openssl, platform, arch }
    this.found = facts
    this.log(`${name} ${version}\nnode ${versions.node}, openssl ${versions.openssl}\n${platform} ${arch}`)
    if (!flags.check) return facts
    const { findNewestVersion } = await import('../operations/newest-version.js')
    const { latest, outdated, registry } = await findNewestVersion({
      name,
      version,
      registry: flags.registry,
      environment: environment.variables(),
      timeoutMs: flags.timeout,
    })
    this.log(
      outdated
        ? `${latest} is out: npm install --global ${name}@${latest}`
        : `the newest that ${registry} has is ${latest}`,
    )
    return { ...facts, latest, outdated, registry }
  }
}
