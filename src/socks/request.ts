/**
 * What the application asks for, in SOCKS 5 (RFC 1928 §4) and in SOCKS 4 and 4a.
 *
 *     5   +-----+---------+-----+------+---------+------+
 *         |  5  | command |  0  | type | address | port |
 *         +-----+---------+-----+------+---------+------+
 *     4   +-----+---------+------+------+---------+---+ - - - -+- - +
 *         |  4  | command | port | IPv4 | user id | 0 |  name  | 0  |
 *         |  1  |    1    |  2   |  4   |    n    | 1 |  (4a)  |    |
 *         +-----+---------+------+------+---------+---+ - - - -+- - +
 *
 * In 4a the IPv4 address is 0.0.0.x with x above 0, and the name follows.
 */
import type { Destination } from '../address/destination.js'
import { ByteReader } from '../bytes/byte-reader.js'
import { Fault } from '../faults/fault.js'
import { addressLength, readAddress, toDestination } from './address.js'
import { VERSION_5 } from './constants.js'

export interface Request {
  /** As it stood on the wire. */
  readonly command: number
  readonly destination: Destination
}

const HEAD_5 = 3
const HEAD_4 = 8
/** Neither the user id nor the name of SOCKS 4 has a length field; this bounds each. */
const LONGEST_TEXT = 255

/** Length of a SOCKS 5 request, undefined until known. Throws `SOCKS_FIELD` and `SOCKS_ADDRESS`. */
export function requestLength(start: Uint8Array): number | undefined {
  const [version, , reserved] = start
  if (version !== undefined && version !== VERSION_5) {
    throw new Fault('SOCKS_FIELD', { why: `the version of the request is ${version}; expected 5` })
  }
  if (reserved !== undefined && reserved !== 0) {
    throw new Fault('SOCKS_FIELD', { why: `the reserved byte of the request is ${reserved}; expected 0` })
  }
  const address = addressLength(start.subarray(HEAD_5))
  return address === undefined ? undefined : HEAD_5 + address
}

export function decodeRequest(bytes: Uint8Array): Request {
  const reader = new ByteReader(bytes, 'SOCKS request')
  reader.u8()
  const command = reader.u8()
  reader.u8()
  const destination = readAddress(reader)
  reader.end()
  return { command, destination }
}

/** Length of a SOCKS 4 or 4a request, undefined until known. Throws `SOCKS_FIELD` for endless texts. */
export function request4Length(start: Uint8Array): number | undefined {
  if (start.length < HEAD_4) return undefined
  const user = textLength(start.subarray(HEAD_4), 'user id')
  if (user === undefined || !namesHost(start)) return user === undefined ? undefined : HEAD_4 + user
  const name = textLength(start.subarray(HEAD_4 + user), 'host name')
  return name === undefined ? undefined : HEAD_4 + user + name
}

export function decodeRequest4(bytes: Uint8Array): Request {
  const reader = new ByteReader(bytes, 'SOCKS 4 request')
  reader.u8()
  const command = reader.u8()
  const port = reader.u16()
  const ip = reader.bytes(4).slice()
  if (!namesHost(bytes)) return { command, destination: { kind: 'ip', ip, port } }
  while (reader.u8() !== 0);
  const name = reader.bytes(reader.remaining - 1)
  return { command, destination: toDestination(name, port) }
}

function namesHost(head: Uint8Array): boolean {
  return head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] !== 0
}

/** Length of a text with its final zero byte. */
function textLength(bytes: Uint8Array, name: string): number | undefined {
  const end = bytes.indexOf(0)
  if ((end < 0 ? bytes.length : end) > LONGEST_TEXT) {
    throw new Fault('SOCKS_FIELD', { why: `the ${name} exceeds ${LONGEST_TEXT} bytes` })
  }
  return end < 0 ? undefined : end + 1
}
