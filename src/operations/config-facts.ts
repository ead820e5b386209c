/** What a configuration comes to, in numbers. */
import type { Config, InboundConfig, StreamConfig } from '../config/config.js'
import { Fault } from '../faults/fault.js'

/** Users of all vmess inbounds together. */
export function countUsers(config: Config): number {
  return config.inbounds
    .map((inbound) => (inbound.protocol === 'vmess' ? inbound.settings.users.length : 0))
    .reduce((sum, users) => sum + users, 0)
}

type ProxyInbound = Extract<InboundConfig, { protocol: 'socks' | 'http' | 'mixed' }>

/** The inbounds that local applications use as their proxy. */
export function localProxies({ inbounds }: Config): ProxyInbound[] {
  return inbounds.filter((inbound): inbound is ProxyInbound =>
    ['socks', 'http', 'mixed'].includes(inbound.protocol),
  )
}

/** Throws `CONFIG_INVALID` for a configuration that has no inbound: what runs it could only wait. */
export function requireInbounds({ inbounds }: Config): void {
  if (inbounds.length > 0) return
  throw new Fault('CONFIG_INVALID', {
    what: 'nothing to listen on',
    why: 'the configuration has no inbounds',
    hint: 'add one to inbounds, or run it as a client with: vmess connect -c FILE',
  })
}

/** A vmess server that a configuration sends to, and what carries the bytes there. */
export interface RemoteServerFacts {
  readonly address: string
  readonly port: number
  readonly network: StreamConfig['network']
  /** Inside TLS. */
  readonly secure: boolean
}

/** All of them, in the order of the file. */
export function remoteServers({ outbounds }: Config): readonly RemoteServerFacts[] {
  return outbounds.flatMap((outbound) => {
    if (outbound.protocol !== 'vmess') return []
    const { network, security } = outbound.stream
    return outbound.settings.servers.map(({ address, port }) => ({
      address,
      port,
      network,
      secure: security === 'tls',
    }))
  })
}

export interface ConfigFacts {
  readonly inbounds: number
  readonly outbounds: number
  readonly users: number
}

export function countParts(config: Config): ConfigFacts {
  return {
    inbounds: config.inbounds.length,
    outbounds: config.outbounds.length,
    users: countUsers(config),
  }
}
