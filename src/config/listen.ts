/** `listen` and `port` of an inbound (config §3.1). */
import { formatIp, parseIp } from '../address/ip.js'
import type { ListenConfig } from './config.js'
import type { Place } from './place.js'
import { quote, textThat } from './scalars.js'
import type { Shape } from './shape.js'

const ANY_ADDRESS = '0.0.0.0'

/** An IP address, `localhost`, or the absolute path of a unix socket. */
export const listenAddress: Shape<string> = textThat(ANY_ADDRESS, (value, place) => {
  if (value.startsWith('/')) return checkPath(value, place)
  if (value === 'localhost') return '127.0.0.1'
  const ip = parseIp(value)
  if (ip !== undefined) return formatIp(ip)
  if (value.startsWith('@')) place.report('VM-E01', 'abstract unix sockets are not supported yet')
  else {
    const hint = /:\d+$/.test(value)
      ? 'give the port in "port"'
      : 'an IP address, localhost or /path/of/a/socket'
    place.report('VM-P04', value === '' ? 'must not be empty' : `cannot listen on ${quote(value)}`, hint)
  }
  return ANY_ADDRESS
})

function checkPath(path: string, place: Place): string {
  if (path.includes(','))
    place.report('VM-E01', 'a file mode after the path is not supported; 4.34 takes it for the name')
  if (path.includes('\0')) place.report('VM-P04', 'a path cannot hold a zero byte')
  return path
}

/** Joins both fields. `owner` is the inbound, for the complaint when the port is missing. */
export function makeListen(
  listen: string | undefined,
  ports: readonly number[] | undefined,
  owner: Place,
): ListenConfig {
  if (listen?.startsWith('/') === true) return { kind: 'unix', path: listen }
  if (ports === undefined) owner.spot('port').report('VM-P02', 'port is missing')
  return { kind: 'tcp', host: listen ?? ANY_ADDRESS, ports: ports ?? [] }
}
