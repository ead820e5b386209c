/**
 * The two things SOCKS 5 exchanges before its request (RFC 1928 §3, RFC 1929 §2).
 *
 *     greeting                             login
 *     +-----+----------+---------+         +-----+------+-------+------+-------+
 *     | ver | nmethods | methods |         | ver | ulen | uname | plen | passwd|
 *     |  5  |    1     |    n    |         |  1  |  1   |   n   |  1   |   n   |
 *     +-----+----------+---------+         +-----+------+-------+------+-------+
 *     answer: 5, method                    answer: 1, status
 */
import { ByteReader } from '../bytes/byte-reader.js'
import { Fault } from '../faults/fault.js'
import { LOGIN_VERSION, VERSION_5 } from './constants.js'

export interface Login {
  readonly user: string
  readonly pass: string
}

/** Length of the greeting, undefined until it is known. */
export function greetingLength(start: Uint8Array): number | undefined {
  return start[1] === undefined ? undefined : 2 + start[1]
}

/** The methods offered, in the application's order. */
export function decodeGreeting(bytes: Uint8Array): readonly number[] {
  const reader = new ByteReader(bytes, 'SOCKS greeting')
  reader.u8()
  const methods = [...reader.bytes(reader.u8())]
  reader.end()
  return methods
}

export function encodeMethod(method: number): Uint8Array {
  return Uint8Array.of(VERSION_5, method)
}

/** Length of the login, undefined until it is known. Throws `SOCKS_FIELD` for another version than 1. */
export function loginLength(start: Uint8Array): number | undefined {
  const [version, userLength] = start
  if (version !== undefined && version !== LOGIN_VERSION) {
    throw new Fault('SOCKS_FIELD', { why: `the version of the login is ${version}; expected 1` })
  }
  if (userLength === undefined) return undefined
  const passLength = start[2 + userLength]
  return passLength === undefined ? undefined : 3 + userLength + passLength
}

export function decodeLogin(bytes: Uint8Array): Login {
  const reader = new ByteReader(bytes, 'SOCKS login')
  reader.u8()
  const user = Buffer.from(reader.bytes(reader.u8())).toString('utf8')
  const pass = Buffer.from(reader.bytes(reader.u8())).toString('utf8')
  reader.end()
  return { user, pass }
}

export function encodeLoginStatus(status: number): Uint8Array {
  return Uint8Array.of(LOGIN_VERSION, status)
}
