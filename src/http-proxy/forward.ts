/**
 * The heads a proxy sends on: without what concerns only the connection they came by (RFC 9110 §7.6),
 * and with what it says about its own.
 */
import { elementsOf, encodeHead, type Field } from './head.js'
import type { ForwardRequest } from './request.js'
import { isInterim, type Response } from './response.js'

/** Concern one connection only, whether or not `Connection` names them. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'te', 'upgrade'])
/** Never removed because `Connection` names them: the meaning of the message hangs on them. */
const ESSENTIAL = new Set(['content-length', 'transfer-encoding', 'host', 'trailer'])

/** The head for the web server: origin-form, one request per connection. */
export function encodeForwarded(request: ForwardRequest): Uint8Array {
  const kept = withoutHops(request.fields).filter(([name]) => name.toLowerCase() !== 'host')
  return encodeHead({
    start: `${request.method} ${request.path} HTTP/1.${request.minor}`,
    fields: [['Host', request.authority], ...kept, ['Connection', 'close']],
  })
}

/** The head for the application; `persist` says whether it may send another request. */
export function encodeReturned(response: Response, persist: boolean): Uint8Array {
  const kept = withoutHops(response.fields)
  const connection: readonly Field[] = isInterim(response)
    ? []
    : [['Connection', persist ? 'keep-alive' : 'close']]
  return encodeHead({ start: response.start, fields: [...kept, ...connection] })
}

function withoutHops(fields: readonly Field[]): readonly Field[] {
  const named = new Set(elementsOf(fields, 'connection').filter((name) => !ESSENTIAL.has(name)))
  return fields.filter(([name]) => {
    const lower = name.toLowerCase()
    return !HOP_BY_HOP.has(lower) && !named.has(lower) && !lower.startsWith('proxy-')
  })
}
