import { BaseCommand } from '../cli/base-command.js'

export default class Version extends BaseCommand {
  static override summary = 'Print the version of the program, of Node and of the system'
  static override description = 'Reads nothing from the network.'

  static override examples = ['<%= config.bin %> version', '<%= config.bin %> version --json']

  async run(): Promise<object> {
    await this.parse(Version)
    const { version, name } = this.config
    const { platform, arch, versions } = process
    this.log(`${name} ${version}\nnode ${versions.node}, openssl ${versions.openssl}\n${platform} ${arch}`)
    return { version, node: versions.node, openssl: versions.openssl, platform, arch }
  }
}
