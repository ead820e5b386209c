/** Share links for the users of a running server. */
import type { Security } from '../account/security.js'
import type { Config, InboundConfig } from '../config/config.js'
import { formatShareLink } from '../dialects/share-link.js'
import type { Endpoint } from '../contracts/connection.js'
import { profileFromConfig } from './profile-outbound.js'
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

type VmessInbound = Extract<InboundConfig, { protocol: 'vmess' }>

/** A link for each user of each vmess inbound; those on unix sockets cannot be shared and have none. */
export function makeServerLinks(
  config: Config,
  listeners: readonly RunningListener[],
  options: LinkOptions,
): ServerLink[] {
  return firstListeners(config, listeners).flatMap(([inbound, listener]) => {
    const alone = { ...config, inbounds: [inbound] }
    const choice = addressFor(listener, options)
    return inbound.settings.users.map(({ email }, user) => {
      const profile = profileFromConfig(alone, { ...choice, user })
      return { email, link: formatShareLink({ ...profile, security: options.security }, 'v2rayn') }
    })
  })
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
