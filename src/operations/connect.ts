/** Running a client: local proxies whose traffic goes through a server. */
import { formatHostPort } from '../address/destination.js'
import type { Config } from '../config/config.js'
import { startInstance } from '../engine/instance.js'
import { type RemoteServerFacts, remoteServers } from './config-facts.js'
import { readLink } from './link-input.js'
import { type LocalProxies, withProxies } from './plain-config.js'
import { reachable, type Running, type RunningListener, type RunOptions, SILENT, viewOf } from './running.js'

export type ClientOptions = RunOptions &
  LocalProxies &
  ({ readonly link: string } | { readonly config: Config })

export interface Client extends Running {
  /** For programs that take any kind of proxy: SOCKS where there is one, which can do more than HTTP. */
  readonly proxyUrl?: string
  /** `socks5h://127.0.0.1:1080`: names are looked up at the far end. */
  readonly socksUrl?: string
  readonly httpUrl?: string
  /** Where the traffic goes. */
  readonly servers: readonly RemoteServerFacts[]
}

/**
 * Starts local proxies through the server that a share link names, or through what a configuration says.
 *
 * Without `mixed`, `socks` and `http` the inbounds of the configuration are opened; where it has none,
 * one mixed port on loopback that the system chooses. The server is first contacted by the first flow.
 * Rejects with LINK, CONFIG and VMESS faults for a link that cannot be used, and with `TRANSPORT_LISTEN`.
 */
export async function startClient(options: ClientOptions): Promise<Client> {
  const { logger = SILENT, onFlow } = options
  const config = withInbounds('config' in options ? options.config : readLink(options.link).config, options)
  const instance = await startInstance(config, { logger, ...(onFlow && { onFlow }) })
  return Object.assign(viewOf(instance), proxyUrls(instance.listeners), { servers: remoteServers(config) })
}

function withInbounds(config: Config, { mixed, socks, http }: LocalProxies): Config {
  const wanted = { ...(mixed && { mixed }), ...(socks && { socks }), ...(http && { http }) }
  if (Object.keys(wanted).length > 0) return withProxies(config, wanted)
  return config.inbounds.length > 0 ? config : withProxies(config, { mixed: {} })
}

/** How programs on this machine name the proxies among these listeners. */
function proxyUrls(listeners: readonly RunningListener[]): Pick<Client, 'proxyUrl' | 'socksUrl' | 'httpUrl'> {
  const urlOf = (scheme: string, protocols: readonly string[]): string | undefined => {
    const listener = listeners.find(({ protocol }) => protocols.includes(protocol))
    if (listener === undefined) return undefined
    const { address, port } = reachable(listener)
    return `${scheme}://${formatHostPort(address, port)}`
  }
  const socksUrl = urlOf('socks5h', ['socks', 'mixed'])
  const httpUrl = urlOf('http', ['http', 'mixed'])
  const proxyUrl = socksUrl ?? httpUrl
  return { ...(proxyUrl && { proxyUrl }), ...(socksUrl && { socksUrl }), ...(httpUrl && { httpUrl }) }
}
