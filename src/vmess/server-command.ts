/**
 * What a server may ask of its client beside the response (protocol §6). One command exists: use this
 * other account from now on.
 *
 *     +----------+-----------+      +----------+------+------+------+----------+-------+---------+
 *     | checksum | rest      |      | host len | host | port | uuid | alter id | level | minutes |
 *     |    4     | L - 4     |      |    1     |  h   |  2   |  16  |    2     |   1   |    1    |
 *     +----------+-----------+      +----------+------+------+------+----------+-------+---------+
 *      the data of any command       the rest of command 1
 *
 * The checksum is FNV-1a of the rest. Unknown commands, false checksums and short data are skipped by
 * every client, so they decode to a value and never to a fault.
 */
import { ByteReader } from '../bytes/byte-reader.js'
import { ByteWriter } from '../bytes/byte-writer.js'
import { asBuffer, concat } from '../bytes/bytes.js'
import { fnv1a } from '../crypto/fnv1a.js'
import { Fault, isFault } from '../faults/fault.js'
import { CHECKSUM_BYTES, KEY_BYTES } from './constants.js'

export const SWITCH_ACCOUNT = 1
const MAX_DATA_BYTES = 255
const SWITCH_FIXED_BYTES = 1 + 2 + KEY_BYTES + 2 + 1 + 1

export interface SwitchAccount {
  readonly kind: 'switch-account'
  /** IP or domain of the other server; empty for the one that was connected to. */
  readonly host: string
  readonly port: number
  /** 16 bytes. */
  readonly uuid: Uint8Array
  readonly alterId: number
  readonly level: number
  /** How long the account is good. */
  readonly minutes: number
}

export interface UnknownCommand {
  readonly kind: 'unknown'
  /** 1 to 255; 1 when a switch of account is damaged. */
  readonly id: number
  /** Everything that was sent under the id, at most 255 bytes. */
  readonly data: Uint8Array
}

export type ServerCommand = SwitchAccount | UnknownCommand

/** A command as it stands in the response header. */
export interface CommandFrame {
  readonly id: number
  readonly data: Uint8Array
}

/** Throws `WIRE_TOO_LONG`, to blame on the caller, when the data do not fit 255 bytes. */
export function encodeServerCommand(command: ServerCommand): CommandFrame {
  const frame =
    command.kind === 'unknown'
      ? { id: command.id, data: command.data }
      : { id: SWITCH_ACCOUNT, data: withChecksum(encodeSwitch(command)) }
  if (frame.data.length > MAX_DATA_BYTES) {
    throw new Fault('WIRE_TOO_LONG', {
      why: `${frame.data.length} bytes of command data; 255 fit`,
      blame: 'caller',
    })
  }
  return frame
}

/** Copies what it keeps. */
export function decodeServerCommand({ id, data }: CommandFrame): ServerCommand {
  const rest = data.subarray(CHECKSUM_BYTES)
  const sound = data.length >= CHECKSUM_BYTES && new ByteReader(data, 'command').u32() === fnv1a(rest)
  const command = sound && id === SWITCH_ACCOUNT ? decodeSwitch(rest) : undefined
  return command ?? { kind: 'unknown', id, data: new Uint8Array(data) }
}

function withChecksum(rest: Uint8Array): Uint8Array {
  return concat([new ByteWriter(CHECKSUM_BYTES).u32(fnv1a(rest)).done(), rest])
}

function encodeSwitch({ host, port, uuid, alterId, level, minutes }: SwitchAccount): Uint8Array {
  const name = Buffer.from(host, 'latin1')
  return new ByteWriter(SWITCH_FIXED_BYTES + name.length)
    .u8(name.length)
    .bytes(name)
    .u16(port)
    .bytes(uuid)
    .u16(alterId)
    .u8(level)
    .u8(minutes)
    .done()
}

function decodeSwitch(rest: Uint8Array): SwitchAccount | undefined {
  const reader = new ByteReader(rest, 'switch of account')
  try {
    return {
      kind: 'switch-account',
      host: asBuffer(reader.bytes(reader.u8())).toString('latin1'),
      port: reader.u16(),
      uuid: reader.bytes(KEY_BYTES).slice(),
      alterId: reader.u16(),
      level: reader.u8(),
      minutes: reader.u8(),
    }
  } catch (error) {
    if (isFault(error, 'WIRE_SHORT')) return undefined
    throw error
  }
}
