/** `dns` (config §11). V2Ray asks its own resolver only for routing and for freedom with UseIP. */
import type { OutboundConfig } from './config.js'
import type { Place } from './place.js'

/**
 * Complains about a `dns` section: an error where it would decide which address is dialled, because the
 * system resolver is asked here; otherwise it has no effect and gives a warning.
 */
export function checkDns(section: Place | undefined, outbounds: readonly OutboundConfig[]): void {
  if (section === undefined) return
  const decides = outbounds.some(
    (out) => out.protocol === 'freedom' && out.settings.domainStrategy !== 'AsIs',
  )
  if (decides && asksForMoreThanTheSystem(section)) {
    section.error('dns is not supported yet, and a freedom outbound with UseIP depends on it')
  } else section.warn('has no effect; names are resolved by the system')
}

function asksForMoreThanTheSystem(section: Place): boolean {
  if ((section.child('hosts')?.entries().size ?? 0) > 0) return true
  const servers = section.child('servers')?.items() ?? []
  return servers.some((server) => server.value !== 'localhost')
}
