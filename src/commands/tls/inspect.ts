import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { durationFlag, parseServer } from '../../cli/flags.js'
import { paintFor } from '../../cli/paint.js'
import { renderTlsReport } from '../../cli/render/tls-report.js'

const HTTPS_PORT = 443

export default class TlsInspect extends BaseCommand {
  static override summary = 'Show the certificates of a TLS server, and whether clients take them'
  static override description =
    'Shakes hands once and reports chain, names, dates, ALPN and pins, and each reason for which clients ' +
    'refuse the server. A bad certificate is a result, not a failure, unless --strict is given.'

  static override examples = [
    '<%= config.bin %> tls inspect vpn.example.com:443',
    '<%= config.bin %> tls inspect 203.0.113.7:8443 --sni vpn.example.com --alpn h2,http/1.1',
    '<%= config.bin %> tls inspect vpn.example.com:443 --ca ca.pem --strict',
  ]

  static override args = {
    server: Args.string({
      description: 'HOST:PORT of the server; port 443 unless given',
      required: true,
      ignoreStdin: true,
    }),
  }

  static override flags = {
    sni: Flags.string({
      summary: 'the name to ask for and expect; the host unless given',
      helpValue: 'NAME',
    }),
    alpn: Flags.string({ summary: 'protocols to offer, for instance h2,http/1.1', helpValue: 'LIST' }),
    ca: Flags.string({ summary: 'an authority to trust as well, PEM', helpValue: 'FILE' }),
    timeout: durationFlag({
      summary: 'for the whole handshake',
      default: 10_000,
      defaultHelp: async () => '10s',
    }),
    strict: Flags.boolean({ summary: 'fail when clients would refuse the server, or soon will' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(TlsInspect)
    const { sni, alpn, ca, timeout } = flags
    const server = parseServer(args.server, HTTPS_PORT)
    const { inspectTls, tlsFault } = await import('../../operations/inspect-tls.js')
    const report = await inspectTls({
      ...server,
      timeoutMs: timeout,
      ...(sni !== undefined && { sni }),
      ...(alpn !== undefined && { alpn: alpn.split(',').filter(Boolean) }),
      ...(ca !== undefined && { caFile: ca }),
    })
    const fault = flags.strict ? tlsFault(report) : undefined
    if (fault === undefined || !this.jsonEnabled())
      this.log(renderTlsReport(report, await paintFor('stdout')))
    if (fault !== undefined) throw fault
    return report
  }
}
