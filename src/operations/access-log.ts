/** V2Ray's access log, for what reads such logs. */
import { formatDestination, formatHostPort } from '../address/destination.js'
import type { FlowListener } from './running.js'

/**
 * Writes a line for each flow that is taken:
 * `2024/05/01 12:00:00 192.0.2.7:50000 accepted tcp:example.com:443 [direct] email: alice`.
 */
export function makeAccessLog(write: (line: string) => void): FlowListener {
  return (event) => {
    if (event.kind !== 'accepted') return
    const { flow, outboundTag } = event
    const parts = [
      formatLocalTime(new Date()),
      formatHostPort(flow.source.address, flow.source.port),
      'accepted',
      `${flow.network}:${formatDestination(flow.destination)}`,
      ...(outboundTag === '' ? [] : [`[${outboundTag}]`]),
      ...(flow.email === '' ? [] : [`email: ${flow.email}`]),
    ]
    write(parts.join(' '))
  }
}

/** As V2Ray writes it, in the time of this machine. */
function formatLocalTime(time: Date): string {
  const join = (separator: string, ...values: number[]): string =>
    values.map((value) => String(value).padStart(2, '0')).join(separator)
  const day = join('/', time.getFullYear(), time.getMonth() + 1, time.getDate())
  return `${day} ${join(':', time.getHours(), time.getMinutes(), time.getSeconds())}`
}
