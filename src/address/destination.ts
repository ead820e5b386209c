/** Where a flow wants to go, and its text form. How each protocol writes it stands with the protocol. */
import { formatIp, parseIp } from './ip.js'

export type Destination =
  | { readonly kind: 'ip'; readonly ip: Uint8Array; readonly port: number }
  | { readonly kind: 'domain'; readonly host: string; readonly port: number }

/** A destination from a host text: IP literals, also in brackets, become addresses. */
export function makeDestination(host: string, port: number): Destination {
  const ip = parseIp(host)
  return ip === undefined ? { kind: 'domain', host, port } : { kind: 'ip', ip, port }
}

/** The host alone, as `net.connect` takes it: IPv6 without brackets. */
export function hostOf(destination: Destination): string {
  return destination.kind === 'ip' ? formatIp(destination.ip) : destination.host
}

/** `host:port` for people and logs; IPv6 in brackets. */
export function formatDestination(destination: Destination): string {
  return formatHostPort(hostOf(destination), destination.port)
}

/** `host:port`, an IPv6 host in brackets. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Whether two destinations are the same; domains compare without case. */
export function sameDestination(a: Destination, b: Destination): boolean {
  return a.port === b.port && hostOf(a).toLowerCase() === hostOf(b).toLowerCase()
}
