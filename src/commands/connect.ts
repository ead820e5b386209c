import { Args, Flags, type Interfaces } from '@oclif/core'
import { environment } from '../cli/environment.js'
import { conflict, type HostPort, hostPortFlag } from '../cli/flags.js'
import { LongRunningCommand } from '../cli/long-running-command.js'
import { paintFor } from '../cli/paint.js'
import { mayAsk } from '../cli/prompts.js'
import { clientJson, renderClient } from '../cli/render/connect.js'
import { standardInput } from '../cli/standard-input.js'
import { localProxies } from '../operations/config-facts.js'
import type { Config, LoadedConfig } from '../operations/config-input.js'
import { isLoopback, openProxyNotes } from '../operations/open-proxies.js'
import type { LocalProxies } from '../operations/plain-config.js'

type ConnectFlags = Interfaces.InferredFlags<typeof Connect.flags>

const DEFAULT_PROXY: HostPort = { host: '127.0.0.1', port: 1080 }
const PROXIES = ['mixed', 'socks', 'http'] as const

export default class Connect extends LongRunningCommand {
  static override summary = 'Open a local SOCKS and HTTP proxy through a VMess server'
  static override description =
    'Takes a stored profile, a share link or a file; the profile in use when nothing is named, and one of several ' +
    'that is chosen from a list where none is in use. ' +
    'Unless --mixed, --socks or --http say otherwise, it opens the inbounds of the configuration, or one port on 127.0.0.1:1080 that takes SOCKS 4, ' +
    '4a, 5 and HTTP.\n\n' +
    'A link holds the secret of a user and can be seen in the process list: - reads it from standard input.'

  static override examples = [
    '<%= config.bin %> connect home',
    '<%= config.bin %> connect vmess://…',
    '<%= config.bin %> connect - --mixed 127.0.0.1:8080 < link.txt',
    '<%= config.bin %> connect -c client.json',
  ]

  static override args = {
    profile: Args.string({
      description:
        'a stored profile, a vmess:// link, a file with one server, or - for standard input; a profile comes before ' +
        'a file of its name, ./NAME is always the file; the profile in use unless given',
      ignoreStdin: true,
    }),
  }

  static override flags = {
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      summary: 'V2Ray JSON, comments allowed; - is standard input (also VMESS_CONFIG)',
    }),
    mixed: hostPortFlag({ summary: 'SOCKS and HTTP on one port' }),
    socks: hostPortFlag({ summary: 'SOCKS 4, 4a and 5 alone' }),
    http: hostPortFlag({ summary: 'HTTP proxy alone' }),
  }

  async run(): Promise<undefined> {
    const { args, flags } = await this.parse(Connect)
    const config = await this.#readConfig(args.profile, flags)
    const { startClient } = await import('../operations/connect.js')
    const logger = await this.openLog(flags, config.log)
    const client = await startClient({ config, logger, ...this.#proxies(flags, config) })
    await this.stay(client, {
      graceMs: flags.grace,
      announce: async () => {
        this.announce('listening', clientJson(client), renderClient(client, await paintFor('stdout')))
      },
    })
  }

  async #readConfig(given: string | undefined, flags: ConnectFlags): Promise<Config> {
    if (given !== undefined && flags.config !== undefined) throw conflict('a profile or link and --config')
    const file = flags.config ?? environment.config()
    const { configDir: folder } = this.config
    const { config, warnings } = await load({ given, file, folder, mayAsk: mayAsk(flags) })
    for (const warning of warnings) this.note(warning)
    return config
  }

  /** What to open in place of the configuration's own inbounds. */
  #proxies(flags: ConnectFlags, config: Config): LocalProxies {
    const wanted = PROXIES.filter((name) => flags[name] !== undefined)
    for (const name of wanted) {
      if (isLoopback(flags[name]?.host ?? '')) continue
      this.note(`--${name} is not on loopback: whoever reaches it can use the tunnel, without a password`)
    }
    if (wanted.length === 0) return this.#ownInbounds(config) ? {} : { mixed: DEFAULT_PROXY }
    return Object.fromEntries(wanted.map((name) => [name, flags[name]]))
  }

  /** Whether the configuration has inbounds, with remarks on those it has. */
  #ownInbounds(config: Config): boolean {
    if (config.inbounds.length === 0) return false
    for (const note of openProxyNotes(config)) this.note(note)
    if (localProxies(config).length === 0) {
      this.note('no local proxy in this configuration; open one in place of its inbounds with --mixed PORT')
    }
    return true
  }
}

interface Given {
  readonly given: string | undefined
  readonly file: string | undefined
  readonly folder: string
  readonly mayAsk: boolean
}

async function load({ given, file, folder, mayAsk }: Given): Promise<LoadedConfig> {
  const sources = { stdin: standardInput(), environment: environment.variables(), folder }
  if (given === undefined && file !== undefined) {
    const { loadConfig } = await import('../operations/config-input.js')
    return loadConfig(file, sources)
  }
  const { loadNamed, readLink } = await import('../operations/link-input.js')
  if (given !== undefined) return loadNamed(given, sources)
  const { listProfiles } = await import('../operations/profiles/manage.js')
  const { chooseServer } = await import('../cli/server-asking.js')
  const chosen = await chooseServer(await listProfiles(folder), { mayAsk, checkLink: readLink })
  return loadNamed(chosen, sources)
}
