import { Flags, type Interfaces } from '@oclif/core'
import { dropping } from '../cli/dropping.js'
import { environment } from '../cli/environment.js'
import { hostFlag, hostPortFlag, missingInput } from '../cli/flags.js'
import { openLogFile } from '../cli/log-file.js'
import { LongRunningCommand } from '../cli/long-running-command.js'
import { paintFor } from '../cli/paint.js'
import { placeOnStdout, qrFor } from '../cli/qr.js'
import { renderConfigFacts, renderServer, serverJson } from '../cli/render/serve.js'
import { visible } from '../cli/render/visible.js'
import { standardInput } from '../cli/standard-input.js'
import { countParts, requireInbounds } from '../operations/config-facts.js'
import type { Config } from '../operations/config-input.js'
import type { Logger } from '../operations/logger.js'
import { openProxyNotes } from '../operations/open-proxies.js'
import type { StreamChoice } from '../operations/plain-stream.js'
import { SECURITIES } from '../operations/securities.js'
import type { Server, ServerOptions } from '../operations/serve.js'
import { TRANSPORTS } from '../operations/transports.js'
import { makeUuids } from '../operations/uuid.js'

const ALL_INTERFACES: readonly string[] = ['0.0.0.0', '::']
const STREAM_FLAGS = ['transport', 'path', 'host', 'service-name', 'tls', 'cert', 'key', 'sni'] as const

type ServeFlags = Interfaces.InferredFlags<typeof Serve.flags>

const STDOUT = 1

export default class Serve extends LongRunningCommand {
  static override summary = 'Run a VMess server'
  static override description =
    'Runs what a V2Ray configuration describes, or with --listen one vmess port that passes everything on.\n\n' +
    'The id comes from --id or --id-file, else from VMESS_ID; without any of them a new one is made for this ' +
    'run. Better not --id: it can be seen in the process list and in the shell history.\n\n' +
    'Ctrl-C or SIGTERM stops accepting and waits --grace for what runs; a second one ends at once.'

  static override examples = [
    '<%= config.bin %> serve -c server.json',
    '<%= config.bin %> serve -c server.json --check',
    '<%= config.bin %> serve -l 0.0.0.0:10086 --id-file id.txt --public vpn.example.com',
    '<%= config.bin %> serve -l 0.0.0.0:443 --id-file id.txt -t ws --path /ray --tls --cert chain.pem --key key.pem',
  ]

  static override flags = {
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      summary: 'V2Ray JSON, comments allowed; - is standard input (also VMESS_CONFIG)',
      exclusive: ['listen', 'id', 'id-file', 'alter-id', ...STREAM_FLAGS],
    }),
    listen: hostPortFlag({ char: 'l', summary: 'serve without a file; loopback unless an address is given' }),
    id: Flags.string({
      char: 'i',
      helpValue: 'UUID',
      summary: 'the user; others see it in ps',
      exclusive: ['id-file'],
    }),
    'id-file': Flags.string({
      helpValue: 'FILE',
      summary: 'the user, from a file; - is standard input (also VMESS_ID)',
    }),
    'alter-id': Flags.integer({
      min: 0,
      max: 65_535,
      default: 0,
      summary: 'above 0 old clients may connect too',
    }),
    transport: Flags.option({
      char: 't',
      options: TRANSPORTS,
      summary: 'what carries the bytes; tcp unless given',
      dependsOn: ['listen'],
    })(),
    path: Flags.string({ helpValue: 'PATH', summary: 'of ws, httpupgrade and h2', dependsOn: ['transport'] }),
    host: Flags.string({
      helpValue: 'NAME',
      summary: 'the Host that ws, httpupgrade and h2 clients have to ask for',
      dependsOn: ['transport'],
    }),
    'service-name': Flags.string({ helpValue: 'NAME', summary: 'of grpc', dependsOn: ['transport'] }),
    tls: Flags.boolean({ summary: 'TLS, with --cert and --key', dependsOn: ['listen', 'cert', 'key'] }),
    cert: Flags.string({
      helpValue: 'FILE',
      summary: 'PEM, with its chain; read again when it changes',
      dependsOn: ['tls'],
    }),
    key: Flags.string({ helpValue: 'FILE', summary: 'its key, PEM', dependsOn: ['tls'] }),
    sni: Flags.string({
      helpValue: 'NAME',
      summary: 'the name of the certificate, for the link',
      dependsOn: ['tls'],
    }),
    security: Flags.option({
      char: 's',
      options: SECURITIES,
      default: 'auto',
      summary: 'the cipher that the link asks clients for',
    })(),
    public: hostFlag({ summary: 'the address for the link, as clients reach it' }),
    qr: Flags.boolean({ default: true, allowNo: true, summary: 'the link as a QR code too' }),
    check: Flags.boolean({ summary: 'check the configuration and end' }),
  }

  async run(): Promise<object | undefined> {
    const { flags } = await this.parse(Serve)
    const config = await this.#readConfig(flags)
    for (const note of openProxyNotes(config)) this.note(note)
    if (flags.check) return this.#confirm(config)
    requireInbounds(config)

    const { startServer } = await import('../operations/serve.js')
    const { security, public: publicAddress, grace } = flags
    const logger = await this.openLog(flags, config.log)
    const server = await startServer({
      config,
      logger,
      security,
      ...(publicAddress && { publicAddress }),
      ...(await accessLog(config, logger)),
    })
    await this.stay(server, { graceMs: grace, announce: () => this.#announce(server, flags) })
    return undefined
  }

  async #readConfig(flags: ServeFlags): Promise<Config> {
    const { listen } = flags
    const file = flags.config ?? (listen === undefined ? environment.config() : undefined)
    if (file !== undefined) {
      const { loadConfig } = await import('../operations/config-input.js')
      const { config, warnings } = await loadConfig(file, {
        stdin: standardInput(),
        environment: environment.variables(),
      })
      for (const warning of warnings) this.note(warning)
      return config
    }
    if (listen === undefined) throw missingInput('--config FILE or --listen ADDR:PORT')
    const { makeServerConfig } = await import('../operations/plain-config.js')
    const { makeStream } = await import('../operations/plain-stream.js')
    const id = await this.#readId(flags)
    return makeServerConfig({
      listen,
      id,
      alterId: flags['alter-id'],
      stream: makeStream(streamChoice(flags)),
    })
  }

  async #readId({ id, 'id-file': file }: ServeFlags): Promise<string> {
    const { readCredential, remarkOnId } = await import('../operations/credential.js')
    const sources = { id, file, environment: environment.id(), stdin: standardInput() }
    const credential = await readCredential(sources)
    if (credential?.warning !== undefined) this.note(credential.warning)
    if (credential !== undefined) {
      const remark = remarkOnId(credential.id)
      if (remark !== undefined) this.note(remark)
      return credential.id
    }
    this.note('no id given: made one for this run; keep one with: umask 077; vmess uuid > id.txt')
    return makeUuids({})[0] as string
  }

  #confirm(config: Config): object {
    const facts = countParts(config)
    this.log(renderConfigFacts(facts))
    return facts
  }

  async #announce(server: Server, { qr: withQr, public: publicAddress }: ServeFlags): Promise<void> {
    // The journal keeps what it reads, and a link is a user's secret.
    const withLink = !environment.isJournal(STDOUT)
    const [first] = server.links
    const everywhere = server.listeners.some(({ endpoint }) => ALL_INTERFACES.includes(endpoint.address))
    if (first !== undefined && withLink && everywhere && publicAddress === undefined) {
      this.note('the link is for this machine only; use --public ADDR for a link that others can use')
    }
    const drawn = withQr && withLink && !this.jsonEnabled() && first !== undefined
    const qr = drawn ? { qr: await qrFor(first.link, placeOnStdout()) } : {}
    const text = renderServer(server, { paint: await paintFor('stdout'), withLink, ...qr })
    this.announce('listening', serverJson(server, withLink), text)
  }
}

function streamChoice(flags: ServeFlags): StreamChoice {
  const { transport = 'tcp', path, host, 'service-name': serviceName, cert, key, sni } = flags
  const tls =
    cert === undefined || key === undefined
      ? undefined
      : { certificateFile: cert, keyFile: key, serverName: sni }
  return { transport, path, host, serviceName, tls }
}

/** A listener for the access log, where the configuration names a file for it. */
async function accessLog(
  { log: { access } }: Config,
  logger: Logger,
): Promise<Pick<ServerOptions, 'onFlow'>> {
  if (access.to !== 'file') return {}
  const { makeAccessLog } = await import('../operations/access-log.js')
  const write = dropping(openLogFile(access.path), (lines) =>
    logger.error('access log lines were lost', { lines }),
  )
  return { onFlow: makeAccessLog((line) => write(visible(line))) }
}
