/** What both writers of links share. */
import { parseIp } from '../address/ip.js'
import { Fault } from '../faults/fault.js'
import { refuseField } from './link-fields.js'
import type { Profile } from './profile.js'

export interface WrittenLink {
  readonly link: string
  /** What the form has no place for; the connection works without it. */
  readonly lost: readonly string[]
}

/**
 * The ALPN list as links carry it. A WebSocket begins with an HTTP/1.1 request, so `h2` in its list breaks
 * servers behind some CDNs and is never written (share-formats §13.2).
 */
export function writtenAlpn({ tls, transport }: Profile): readonly string[] {
  const alpn = tls?.alpn ?? []
  const upgrades = transport.network === 'ws' || transport.network === 'httpupgrade'
  return upgrades && alpn.length > 0 ? ['http/1.1'] : alpn
}

/** What `writtenAlpn` leaves out, in words. */
export function alpnLoss(profile: Profile): readonly string[] {
  const written = writtenAlpn(profile)
  return (profile.tls?.alpn ?? []).filter((name) => !written.includes(name)).map((name) => `alpn ${name}`)
}

export function refuseLoss(why: string): Fault {
  return new Fault('LINK_LOSS', { why })
}

/** A host as every program takes it: an IP address as it is, an international domain in punycode. */
export function toAsciiHost(host: string): string {
  if (host === '') throw refuseField('address', 'it is missing')
  if (parseIp(host) !== undefined || /^[\x21-\x7E]+$/.test(host)) return host
  try {
    return new URL(`http://${host}`).hostname
  } catch (error) {
    throw refuseField('address', 'it is no domain name', error)
  }
}
