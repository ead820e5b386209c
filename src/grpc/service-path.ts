/** Where on a server the two streams of a gRPC service are found (protocol §9.5). */

/** Request paths of the streams with one and with several hunks per message. */
export interface ServicePaths {
  readonly single: string
  readonly multi: string
}

const SINGLE = 'Tun'
const MULTI = 'TunMulti'

/**
 * The paths of a service name, as Xray writes them. A plain name is one segment of the path, escaped. A
 * name that begins with a slash is the path itself: its last segment names the streams, `single|multi`
 * on a server, the one that is used on a client.
 */
export function servicePaths(serviceName: string): ServicePaths {
  if (!serviceName.startsWith('/')) {
    const service = escapeSegment(serviceName)
    return { single: `/${service}/${SINGLE}`, multi: `/${service}/${MULTI}` }
  }
  const segments = serviceName.slice(1).split('/')
  const [single = '', multi = single] = (segments.pop() ?? '').split('|').map(escapeSegment)
  const folder = segments.map(escapeSegment).join('/')
  return { single: `/${folder}/${single}`, multi: `/${folder}/${multi}` }
}

/**
 * Every request path that leads to the service: those above, the name as it stands, which is what
 * V2Ray 5, sing-box and mihomo send, and where there is nothing between two slashes, one of them.
 */
export function acceptedPaths(serviceName: string): readonly string[] {
  const { single, multi } = servicePaths(serviceName)
  const verbatim = serviceName.startsWith('/')
    ? []
    : [`/${serviceName}/${SINGLE}`, `/${serviceName}/${MULTI}`]
  const paths = [single, multi, ...verbatim]
  return [...new Set([...paths, ...paths.map((path) => path.replace(/^\/\//, '/'))])]
}

/** The name that a client of such a server writes: a custom path names one of its streams. */
export function clientServiceName(serviceName: string, multi: boolean): string {
  const [first = '', second] = serviceName.split('|')
  if (!serviceName.startsWith('/') || second === undefined) return serviceName
  return multi ? first.slice(0, first.lastIndexOf('/') + 1) + second : first
}

/** As Go's `url.PathEscape`, which leaves other characters alone than JavaScript does. */
function escapeSegment(segment: string): string {
  return encodeURIComponent(segment)
    .replace(/%(24|26|2B|3A|3D|40)/g, (escaped) => decodeURIComponent(escaped))
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
