/**
 * The request header before it is sealed, the same for AEAD and legacy (protocol §2.1).
 *
 *     +-----+---------+----------+---+---------+---+----+----------+---------+-------------+---------+----------+
 *     | ver | body IV | body key | V | options | P | S  | reserved | command | destination | padding | checksum |
 *     |  1  |   16    |    16    | 1 |    1    | 4 bits+4 |   1     |    1    |  not mux    |    P    |    4     |
 *     +-----+---------+----------+---+---------+---+----+----------+---------+-------------+---------+----------+
 *
 * The IV comes before the key. P is the length of the padding, S the security. The checksum is FNV-1a
 * over everything before it.
 */
import type { Destination } from '../address/destination.js'
import { ByteReader } from '../bytes/byte-reader.js'
import { ByteWriter } from '../bytes/byte-writer.js'
import { fnv1a } from '../crypto/fnv1a.js'
import { Fault } from '../faults/fault.js'
import {
  CHECKSUM_BYTES,
  COMMAND,
  type Command,
  HEADER_FIXED_BYTES,
  KEY_BYTES,
  MAX_PADDING_BYTES,
  VERSION,
} from './constants.js'
import {
  decodeDestination,
  destinationBytes,
  encodeDestination,
  measureDestination,
  toWireDestination,
} from '../address/wire-destination.js'

export interface RequestHeader {
  /** 16 bytes. */
  readonly bodyIv: Uint8Array
  /** 16 bytes. */
  readonly bodyKey: Uint8Array
  /** V: the response must repeat it. */
  readonly responseCheck: number
  /** Option bits as on the wire; `planBody` says which go together. */
  readonly options: number
  /** Security as on the wire, 0 to 15; `planBody` says which exist. */
  readonly security: number
  readonly command: Command
  /** Where to; absent for mux, which names its destinations inside. */
  readonly destination?: Destination | undefined
  /** 0 to 15 bytes without meaning to servers. */
  readonly padding: Uint8Array
}

const PADDING_AT = 35
const COMMAND_AT = 37
const NAMES = new Map<number, Command>(Object.entries(COMMAND).map(([name, id]) => [id, name as Command]))

/** Throws `VMESS_DOMAIN`, to blame on the caller, for a destination that cannot be written. */
export function encodeRequestHeader(header: RequestHeader): Uint8Array {
  const destination = wireDestinationOf(header)
  const address = destination === undefined ? 0 : destinationBytes(destination)
  const writer = new ByteWriter(HEADER_FIXED_BYTES + address + header.padding.length + CHECKSUM_BYTES)
  writer.u8(VERSION).bytes(header.bodyIv).bytes(header.bodyKey).u8(header.responseCheck).u8(header.options)
  writer
    .u8((header.padding.length << 4) | header.security)
    .u8(0)
    .u8(COMMAND[header.command])
  if (destination !== undefined) encodeDestination(writer, destination)
  writer.bytes(header.padding)
  writer.u32(fnv1a(writer.written()))
  return writer.done()
}

function wireDestinationOf({ command, destination, padding }: RequestHeader): Destination | undefined {
  if (padding.length > MAX_PADDING_BYTES) {
    throw new Fault('INTERNAL_INVARIANT', { why: `${padding.length} bytes of padding; 15 fit` })
  }
  if (command === 'mux') return undefined
  if (destination === undefined)
    throw new Fault('INTERNAL_INVARIANT', { why: `${command} without a destination` })
  return toWireDestination(destination)
}

/**
 * The length of a header whose first bytes are known; undefined while they do not say. Faults with
 * `VMESS_COMMAND` or `VMESS_ADDRESS_TYPE`: after those nobody can tell where the header ends.
 */
export function measureRequestHeader(start: Uint8Array): number | undefined {
  const paddingAndSecurity = start[PADDING_AT]
  const command = start[COMMAND_AT]
  if (paddingAndSecurity === undefined || command === undefined) return undefined
  const name = commandName(command)
  const address = name === 'mux' ? 0 : measureDestination(start.subarray(HEADER_FIXED_BYTES))
  if (address === undefined) return undefined
  return HEADER_FIXED_BYTES + address + (paddingAndSecurity >>> 4) + CHECKSUM_BYTES
}

/**
 * The header in exactly these bytes; copies what it keeps. Faults with `VMESS_CHECKSUM` before anything
 * is believed, then `VMESS_VERSION`, `VMESS_COMMAND`, `VMESS_ADDRESS_TYPE`, `VMESS_DOMAIN`; with
 * `WIRE_SHORT` or `WIRE_TRAILING` if the bytes are not one header. Security and options are not judged.
 */
export function decodeRequestHeader(bytes: Uint8Array): RequestHeader {
  assertRequestChecksum(bytes)
  const reader = new ByteReader(bytes, 'request header')
  const version = reader.u8()
  if (version !== VERSION) throw new Fault('VMESS_VERSION', { why: `version ${version}; 1 is known` })
  const bodyIv = reader.bytes(KEY_BYTES).slice()
  const bodyKey = reader.bytes(KEY_BYTES).slice()
  const responseCheck = reader.u8()
  const options = reader.u8()
  const paddingAndSecurity = reader.u8()
  // Reserved: every client known sends 0, no server looks at it.
  reader.u8()
  const command = commandName(reader.u8())
  const destination = command === 'mux' ? undefined : decodeDestination(reader)
  const padding = reader.bytes(paddingAndSecurity >>> 4).slice()
  reader.u32()
  reader.end()
  return {
    bodyIv,
    bodyKey,
    responseCheck,
    options,
    security: paddingAndSecurity & 0x0f,
    command,
    destination,
    padding,
  }
}

/** Faults with `VMESS_CHECKSUM` or `WIRE_SHORT`. All that a legacy header has for authenticity. */
export function assertRequestChecksum(bytes: Uint8Array): void {
  const edge = bytes.length - CHECKSUM_BYTES
  if (edge < HEADER_FIXED_BYTES) {
    throw new Fault('WIRE_SHORT', { why: `a request header of ${bytes.length} bytes; 42 is the least` })
  }
  const stated = new ByteReader(bytes.subarray(edge), 'checksum').u32()
  if (stated !== fnv1a(bytes.subarray(0, edge))) throw new Fault('VMESS_CHECKSUM')
}

function commandName(id: number): Command {
  const name = NAMES.get(id)
  if (name === undefined) throw new Fault('VMESS_COMMAND', { why: `command ${id}; 1, 2 and 3 exist` })
  return name
}
