/** What the writers of links share. */
import { parseIp } from '../address/ip.js'
import { refuseField } from './link-fields.js'

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
