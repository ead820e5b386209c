/**
 * The response header before it is sealed, the same for AEAD and legacy (protocol §2.6, §3.4).
 *
 *     +---+---------+------------+----------------+--------------+
 *     | V | options | command id | command length | command data |
 *     | 1 |    1    |     1      |       1        |      L       |
 *     +---+---------+------------+----------------+--------------+
 *
 * V repeats the check byte of the request. Nobody acts on the options, but they tell who answers:
 * v2ray sends 0, sing-box and mihomo send those of the request back, we one of our own to clients of ours. Command id 0 means no command,
 * whatever the length says: so v2ray reads it.
 */
import { ByteReader } from '../bytes/byte-reader.js'
import { ByteWriter } from '../bytes/byte-writer.js'
import { RESPONSE_FIXED_BYTES } from './constants.js'
import {
  type CommandFrame,
  decodeServerCommand,
  encodeServerCommand,
  type ServerCommand,
} from './server-command.js'

/**
 * Options of a response. v2ray's 0 tells that we are not of the sing-box family; the other one, which only a client
 * of ours is sent, that this server marks the end of every stream, so that an end without the mark is a cut.
 */
export const RESPONSE_OPTION = { none: 0, marksEnd: 0x80 } as const

export interface ResponseHeader {
  readonly responseCheck: number
  readonly options: number
  readonly command?: ServerCommand
}

const NO_COMMAND: CommandFrame = { id: 0, data: new Uint8Array(0) }
const COMMAND_AT = 2

export function encodeResponseHeader({ responseCheck, options, command }: ResponseHeader): Uint8Array {
  const { id, data } = command === undefined ? NO_COMMAND : encodeServerCommand(command)
  return new ByteWriter(RESPONSE_FIXED_BYTES + data.length)
    .u8(responseCheck)
    .u8(options)
    .u8(id)
    .u8(data.length)
    .bytes(data)
    .done()
}

/** The length of a response header by its first four bytes. */
export function measureResponseHeader(fixed: Uint8Array): number {
  const id = fixed[COMMAND_AT] as number
  return RESPONSE_FIXED_BYTES + (id === 0 ? 0 : (fixed[COMMAND_AT + 1] as number))
}

/** The header in exactly these bytes; copies what it keeps. Faults with `WIRE_SHORT` or `WIRE_TRAILING`. */
export function decodeResponseHeader(bytes: Uint8Array): ResponseHeader {
  const reader = new ByteReader(bytes, 'response header')
  const responseCheck = reader.u8()
  const options = reader.u8()
  const id = reader.u8()
  const length = reader.u8()
  const data = reader.bytes(id === 0 ? 0 : length)
  reader.end()
  if (id === 0) return { responseCheck, options }
  return { responseCheck, options, command: decodeServerCommand({ id, data }) }
}
