/** Proxies that strangers can use. */
import type { Config } from '../config/config.js'
import { localProxies } from './config-facts.js'

/** Whether only this machine can reach a listener there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** One remark for each local proxy of a configuration that strangers can use. */
export function openProxyNotes(config: Config): string[] {
  return localProxies(config).flatMap(({ tag, protocol, listen, settings }) => {
    if (listen.kind !== 'tcp' || isLoopback(listen.host) || settings.accounts !== undefined) return []
    const name = tag === '' || tag === protocol ? protocol : `${protocol} ${tag}`
    return [`inbound ${name} is not on loopback: whoever reaches it can use it, without a password`]
  })
}
