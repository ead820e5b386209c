/**
 * A destination as SOCKS 5 writes it, in requests, replies and datagrams. The port comes last.
 *
 *     +------+-----------------------+------+
 *     | type | address               | port |
 *     |  1   | 4  or  1 + n  or  16  |  2   |
 *     +------+-----------------------+------+
 */
import { type Destination, makeDestination } from '../address/destination.js'
import { isHostName } from '../address/host-name.js'
import { unmapIp } from '../address/ip.js'
import type { ByteReader } from '../bytes/byte-reader.js'
import { ByteWriter } from '../bytes/byte-writer.js'
import { Fault } from '../faults/fault.js'
import { ADDRESS_TYPE } from './constants.js'

const TYPE_AND_PORT = 3

/**
 * How long an address is, told from its type and first byte; undefined while those are missing.
 * Throws `SOCKS_ADDRESS` for a type that is not defined.
 */
export function addressLength(start: Uint8Array): number | undefined {
  const [type, length] = start
  if (type === undefined) return undefined
  switch (type) {
    case ADDRESS_TYPE.ipv4:
      return TYPE_AND_PORT + 4
    case ADDRESS_TYPE.ipv6:
      return TYPE_AND_PORT + 16
    case ADDRESS_TYPE.domain:
      return length === undefined ? undefined : TYPE_AND_PORT + 1 + length
    default:
      throw new Fault('SOCKS_ADDRESS', { why: `the address type is ${type}; expected 1, 3 or 4` })
  }
}

/**
 * The destination; a domain that is an IP literal becomes an address. Throws `SOCKS_ADDRESS` for an
 * undefined type and for a name that is none. Copies what it keeps.
 */
export function readAddress(reader: ByteReader): Destination {
  const type = reader.u8()
  switch (type) {
    case ADDRESS_TYPE.ipv4:
      return { kind: 'ip', ip: reader.bytes(4).slice(), port: reader.u16() }
    case ADDRESS_TYPE.ipv6:
      return { kind: 'ip', ip: unmapIp(reader.bytes(16).slice()), port: reader.u16() }
    case ADDRESS_TYPE.domain: {
      const name = reader.bytes(reader.u8())
      return toDestination(name, reader.u16())
    }
    default:
      throw new Fault('SOCKS_ADDRESS', { why: `the address type is ${type}; expected 1, 3 or 4` })
  }
}

/** A name off the wire, checked. Throws `SOCKS_ADDRESS` when it is none. */
export function toDestination(name: Uint8Array, port: number): Destination {
  const host = Buffer.from(name).toString('utf8')
  const destination = makeDestination(host, port)
  if (destination.kind === 'domain' && !isHostName(host)) {
    throw new Fault('SOCKS_ADDRESS', { why: `a name of ${name.length} bytes is not a host name` })
  }
  return destination
}

/** The bytes of a destination. A domain has at most 255 bytes, else `SOCKS_ADDRESS`. */
export function encodeAddress(destination: Destination): Uint8Array {
  const { port } = destination
  if (destination.kind === 'ip') {
    const { ip } = destination
    const type = ip.length === 4 ? ADDRESS_TYPE.ipv4 : ADDRESS_TYPE.ipv6
    return new ByteWriter(TYPE_AND_PORT + ip.length).u8(type).bytes(ip).u16(port).done()
  }
  const name = Buffer.from(destination.host)
  if (name.length > 255) {
    throw new Fault('SOCKS_ADDRESS', {
      why: `the name has ${name.length} bytes; 255 is the most`,
      blame: 'caller',
    })
  }
  const writer = new ByteWriter(TYPE_AND_PORT + 1 + name.length)
  return writer.u8(ADDRESS_TYPE.domain).u8(name.length).bytes(name).u16(port).done()
}
