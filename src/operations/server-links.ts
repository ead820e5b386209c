/** Share links for the users of a running server. */
import type { Security } from '../account/security.js'
import type { Config, InboundConfig, VmessUserConfig } from '../config/config.js'
import type { Profile } from '../dialects/profile.js'
import { formatShareLink } from '../dialects/share-link.js'
import type { Endpoint } from '../contracts/connection.js'
import { reachable, type RunningListener } from './running.js'

export interface ServerLink {
  /** Empty when the user has none. */
  readonly email: string
  /** In the v2rayN form, which most apps read. */
  readonly link: string
}

export interface LinkOptions {
  /** The cipher that clients are asked to use. */
  readonly security: Security
  /** How others reach this server; the address it listens on unless given, loopback for all interfaces. */
  readonly publicAddress?: string
}

const DEFAULT_NAME = 'vmess'

type VmessInbound = Extract<InboundConfig, { protocol: 'vmess' }>

/** A link for each user of each vmess inbound; those on unix sockets cannot be shared and have none. */
export function makeServerLinks(
  config: Config,
  listeners: readonly RunningListener[],
  options: LinkOptions,
): ServerLink[] {
  return firstListeners(config, listeners).flatMap(([inbound, listener]) =>
    inbound.settings.users.map((user) => makeLink(user, addressFor(listener, options), options.security)),
  )
}

/** Each vmess inbound on tcp with its first listener: an inbound opens one per port, in order. */
function firstListeners(
  config: Config,
  listeners: readonly RunningListener[],
): (readonly [VmessInbound, RunningListener])[] {
  let next = 0
  return config.inbounds.flatMap((inbound) => {
    const listener = listeners[next]
    next += inbound.listen.kind === 'tcp' ? inbound.listen.ports.length : 1
    const shared = inbound.protocol === 'vmess' && inbound.listen.kind === 'tcp' && listener !== undefined
    return shared ? [[inbound, listener] as const] : []
  })
}

function addressFor(listener: RunningListener, { publicAddress }: LinkOptions): Endpoint {
  const { address, port } = reachable(listener)
  return { address: publicAddress ?? address, port }
}

function makeLink(user: VmessUserConfig, { address, port }: Endpoint, security: Security): ServerLink {
  const profile: Profile = {
    name: user.email === '' ? DEFAULT_NAME : user.email,
    server: address,
    port,
    uuid: user.uuid,
    alterId: user.alterId,
    security,
    transport: { network: 'tcp', header: 'none' },
    extra: new Map(),
  }
  return { email: user.email, link: formatShareLink(profile, 'v2rayn') }
}
