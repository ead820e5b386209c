/** The PROXY header as a sender writes it; drawn in `header-decoder.ts`. */
import { formatIp, parseIp } from '../address/ip.js'
import { ByteWriter } from '../bytes/byte-writer.js'
import { COMMAND, FAMILY, FIXED_BYTES, type ProxiedSource, SIGNATURE } from './header-decoder.js'

export interface ProxyHeaderFields {
  readonly version: 1 | 2
  /** Whom the connection is for. */
  readonly source: ProxiedSource
  /** Where it goes. */
  readonly target: ProxiedSource
}

const STREAM = 1
const PORT_BYTES = 2
const IPV6_BYTES = 16
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

/**
 * One complete header. Addresses of different families are both written as IPv6; a source without an IP
 * address, such as a unix socket, is one of which nothing is known.
 */
export function encodeProxyHeader({ version, source, target }: ProxyHeaderFields): Uint8Array {
  const from = parseIp(source.address)
  const to = parseIp(target.address)
  const ends = from && to && { from, to, ports: [source.port, target.port] as const }
  return version === 1 ? encodeLine(ends) : encodeBinary(ends)
}

interface Ends {
  readonly from: Uint8Array
  readonly to: Uint8Array
  readonly ports: readonly [from: number, to: number]
}

function encodeLine(ends: Ends | undefined): Uint8Array {
  if (ends === undefined) return Buffer.from('PROXY UNKNOWN\r\n', 'latin1')
  const { from, to, ports } = ends
  const v6 = from.length + to.length > 8
  const text = (ip: Uint8Array): string => (v6 && ip.length === 4 ? `::ffff:${formatIp(ip)}` : formatIp(ip))
  const words = ['PROXY', v6 ? 'TCP6' : 'TCP4', text(from), text(to), ...ports]
  return Buffer.from(`${words.join(' ')}\r\n`, 'latin1')
}

function encodeBinary(ends: Ends | undefined): Uint8Array {
  if (ends === undefined) {
    return new ByteWriter(FIXED_BYTES).bytes(SIGNATURE).u8(COMMAND.local).u8(0).u16(0).done()
  }
  const { from, to, ports } = ends
  const v6 = from.length + to.length > 8
  const family = v6 ? FAMILY.ipv6 : FAMILY.ipv4
  const length = 2 * (v6 ? IPV6_BYTES : from.length) + 2 * PORT_BYTES
  return new ByteWriter(FIXED_BYTES + length)
    .bytes(SIGNATURE)
    .u8(COMMAND.proxy)
    .u8((family << 4) | STREAM)
    .u16(length)
    .bytes(v6 ? mapped(from) : from)
    .bytes(v6 ? mapped(to) : to)
    .u16(ports[0])
    .u16(ports[1])
    .done()
}

function mapped(ip: Uint8Array): Uint8Array {
  return ip.length === IPV6_BYTES ? ip : Uint8Array.from([...MAPPED, ...ip])
}
