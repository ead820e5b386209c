/** Whether a request came to the place that is served, and what is said to it if not. */
import type { HttpPlaceConfig } from '../config/config.js'
import { Fault } from '../faults/fault.js'
import { type RequestFacts, type Status, sameHost } from './upgrade-head.js'
import type { Verdict } from './upgrade-server.js'

const SHOWN = 80

/** Undefined for a request to the configured path, and Host where one is configured. */
export function misplaced(
  { path, target, host }: RequestFacts,
  { place, prefix = false }: { readonly place: HttpPlaceConfig; readonly prefix?: boolean },
): Verdict | undefined {
  const raw = target.split('?', 1)[0]
  if (!prefix && path !== place.path && raw !== place.path) {
    return refuse(404, `the path is ${quote(path)}, ${quote(place.path)} is served (Host ${quote(host)})`)
  }
  if (place.host !== undefined && !sameHost(host, place.host)) {
    return refuse(404, `the Host is ${quote(host)}, ${quote(place.host)} is served`)
  }
  return undefined
}

export function refuse(status: Status, why: string): Verdict {
  return { kind: 'refuse', status, fault: new Fault('TRANSPORT_REQUEST', { why }) }
}

/** Strangers decide what stands here: short, and without control characters. */
function quote(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
}
