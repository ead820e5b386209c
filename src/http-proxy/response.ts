/** The first line of an answer (RFC 9112 §4). */
import { Fault } from '../faults/fault.js'
import { type Framing, responseFraming } from './framing.js'
import type { Field, Head } from './head.js'

export interface Response {
  readonly start: string
  readonly status: number
  readonly fields: readonly Field[]
  readonly framing: Framing
}

const STATUS_LINE = /^HTTP\/1\.\d (\d{3})(?: |$)/

/** The answer to a request of `method`. Throws `HTTP_HEAD` and `HTTP_FRAMING`. */
export function parseResponse({ start, fields }: Head, method: string): Response {
  const status = Number(STATUS_LINE.exec(start)?.[1] ?? 0)
  if (status < 100) throw new Fault('HTTP_HEAD', { why: 'the first line is not that of an answer' })
  return { start, status, fields, framing: responseFraming(fields, status, method) }
}

/** Whether the real answer is still to come. 101 is not forwarded, since no Upgrade is asked for. */
export function isInterim({ status }: Response): boolean {
  return status < 200
}
