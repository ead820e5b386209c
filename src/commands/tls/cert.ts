import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { renderCertificate } from '../../cli/render/certificate.js'
import { DEFAULT_DAYS, KEY_TYPES, writeCertificate } from '../../operations/certificate.js'

export default class TlsCert extends BaseCommand {
  static override summary = 'Make a self-signed certificate and its key'
  static override description =
    'Writes cert.pem (0644) and key.pem (0600), and prints the pins by which clients can know the server: a ' +
    'self-signed certificate is safe where it is pinned, and worth little where clients skip the check.'

  static override examples = [
    '<%= config.bin %> tls cert --host vpn.example.com --dir tls',
    '<%= config.bin %> tls cert --host vpn.example.com --host 203.0.113.7 --days 90 --dir short',
    '<%= config.bin %> tls cert --host localhost --key-type rsa2048 --dir rsa --json',
  ]

  static override flags = {
    host: Flags.string({
      summary: 'a host name or IP address it is for; may repeat',
      helpValue: 'HOST',
      multiple: true,
      multipleNonGreedy: true,
      required: true,
    }),
    days: Flags.integer({ summary: 'how long it is valid', default: DEFAULT_DAYS, min: 1, max: 36_500 }),
    'key-type': Flags.option({ options: KEY_TYPES, summary: 'the kind of key', default: 'p256' as const })(),
    dir: Flags.string({ summary: 'where the files go; made if missing', helpValue: 'DIR', default: '.' }),
    force: Flags.boolean({ summary: 'replace files that are there' }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(TlsCert)
    const { host: hosts, days, dir, force, 'key-type': keyType } = flags
    const written = await writeCertificate({ hosts, days, keyType, dir, force })
    this.log(renderCertificate(written))
    const { certificate: _, ...facts } = written
    return { ...facts, keyType }
  }
}
