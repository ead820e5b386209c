/**
 * A destination as VMess and Mux.Cool write it. The port comes first (protocol §5.1).
 *
 *     +------+------+-----------------------+
 *     | port | type | address               |      type 1: IPv4    2: domain    3: IPv6
 *     |  2   |  1   | 4  or  1 + n  or  16  |
 *     +------+------+-----------------------+
 *
 * There is one spelling for each destination: an IP literal is never written as a domain, nor an IPv4
 * address as IPv6. Decoding accepts the other spellings, as v2ray does.
 */
import type { Destination } from './destination.js'
import { parseIp, unmapIp } from './ip.js'
import type { ByteReader } from '../bytes/byte-reader.js'
import type { ByteWriter } from '../bytes/byte-writer.js'
import { asBuffer } from '../bytes/bytes.js'
import type { Blame } from '../faults/entry.js'
import { Fault } from '../faults/fault.js'

const ADDRESS_TYPE = { ipv4: 1, domain: 2, ipv6: 3 } as const
const IPV4_BYTES = 4
const IPV6_BYTES = 16
const MAX_DOMAIN_BYTES = 255
/** What v2ray servers let through. International names must come as punycode. */
const DOMAIN = /^[0-9A-Za-z._-]+$/

/** A destination in its one spelling, ready to be written. */
export type WireDestination = Destination

/**
 * The spelling that goes on the wire. Throws `VMESS_DOMAIN`, to blame on the caller, for a domain that
 * is empty, longer than 255 bytes or of other characters than letters, digits, dot, dash, underscore.
 */
export function toWireDestination(destination: Destination): WireDestination {
  if (destination.kind === 'ip') return { ...destination, ip: unmapIp(destination.ip) }
  return named(destination.host, { port: destination.port, blame: 'caller' })
}

/** How many bytes `encodeDestination` writes. */
export function destinationBytes(destination: WireDestination): number {
  return 2 + 1 + (destination.kind === 'ip' ? destination.ip.length : 1 + destination.host.length)
}

export function encodeDestination(writer: ByteWriter, destination: WireDestination): void {
  writer.u16(destination.port)
  if (destination.kind === 'domain') {
    writer.u8(ADDRESS_TYPE.domain).u8(destination.host.length).bytes(Buffer.from(destination.host, 'latin1'))
  } else {
    writer.u8(destination.ip.length === IPV4_BYTES ? ADDRESS_TYPE.ipv4 : ADDRESS_TYPE.ipv6)
    writer.bytes(destination.ip)
  }
}

/** Faults with `VMESS_ADDRESS_TYPE`, `VMESS_DOMAIN` or `WIRE_SHORT`. */
export function decodeDestination(reader: ByteReader): Destination {
  const port = reader.u16()
  const type = reader.u8()
  switch (type) {
    case ADDRESS_TYPE.ipv4:
      return { kind: 'ip', ip: reader.bytes(IPV4_BYTES).slice(), port }
    case ADDRESS_TYPE.ipv6:
      return { kind: 'ip', ip: unmapIp(reader.bytes(IPV6_BYTES).slice()), port }
    case ADDRESS_TYPE.domain:
      return named(asBuffer(reader.bytes(reader.u8())).toString('latin1'), { port, blame: 'peer' })
    default:
      throw unknownType(type)
  }
}

/**
 * The length of a destination whose first bytes are known; undefined while they do not say. Faults with
 * `VMESS_ADDRESS_TYPE`, for then nobody can tell where it ends.
 */
export function measureDestination(start: Uint8Array): number | undefined {
  const type = start[2]
  switch (type) {
    case undefined:
      return undefined
    case ADDRESS_TYPE.ipv4:
      return 3 + IPV4_BYTES
    case ADDRESS_TYPE.ipv6:
      return 3 + IPV6_BYTES
    case ADDRESS_TYPE.domain:
      return start[3] === undefined ? undefined : 4 + start[3]
    default:
      throw unknownType(type)
  }
}

function named(host: string, { port, blame }: { port: number; blame: Blame }): Destination {
  const ip = parseIp(host)
  if (ip !== undefined) return { kind: 'ip', ip, port }
  if (host.length > MAX_DOMAIN_BYTES) throw refuse(`it has ${host.length} bytes; 255 fit`, blame)
  if (!DOMAIN.test(host)) {
    throw refuse(
      host === '' ? 'it is empty' : 'only letters, digits, dot, dash and underscore can be sent',
      blame,
    )
  }
  return { kind: 'domain', host, port }
}

function refuse(why: string, blame: Blame): Fault {
  return new Fault('VMESS_DOMAIN', { why, blame })
}

function unknownType(type: number): Fault {
  return new Fault('VMESS_ADDRESS_TYPE', { why: `type ${type}; 1, 2 and 3 exist` })
}
