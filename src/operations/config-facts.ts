/** What a configuration comes to, in numbers. */
import type { Config } from '../config/config.js'

/** Users of all vmess inbounds together. */
export function countUsers(config: Config): number {
  return config.inbounds
    .map((inbound) => (inbound.protocol === 'vmess' ? inbound.settings.users.length : 0))
    .reduce((sum, users) => sum + users, 0)
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
