/** Running a server. */
import type { Security } from '../account/security.js'
import type { Config } from '../config/config.js'
import { startInstance } from '../engine/instance.js'
import { countUsers } from './config-facts.js'
import { makeServerConfig, type PlainServer } from './plain-config.js'
import { type Running, type RunOptions, SILENT, viewOf } from './running.js'
import { makeServerLinks, type ServerLink } from './server-links.js'

export type ServerOptions = RunOptions & {
  /** The address in the links, for a server that others reach by another one than it listens on. */
  readonly publicAddress?: string
  /** The cipher that the links ask clients for; `auto` unless given. */
  readonly security?: Security
} & ({ readonly config: Config } | PlainServer)

export interface Server extends Running {
  /** Users of all vmess inbounds together. */
  readonly users: number
  /** One for each user of each vmess inbound that clients can reach by tcp. */
  readonly links: readonly ServerLink[]
}

/**
 * Starts a server: either what a configuration describes, or one vmess inbound with one user.
 * Rejects with `TRANSPORT_LISTEN`, and then nothing stays open, or with `VMESS_ID`.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { logger = SILENT, onFlow, publicAddress, security = 'auto' } = options
  const config = 'config' in options ? options.config : makeServerConfig(options)
  const instance = await startInstance(config, { logger, ...(onFlow && { onFlow }) })
  const links = makeServerLinks(config, instance.listeners, {
    security,
    ...(publicAddress !== undefined && { publicAddress }),
  })
  return Object.assign(viewOf(instance), { users: countUsers(config), links })
}
