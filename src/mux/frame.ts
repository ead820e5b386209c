/**
 * One frame of Mux.Cool (protocol §5.4): what a session says, and the data that goes with it.
 *
 *     +--------+----------+------+--------+---------+---------+-----------+----------+--------+--------+
 *     | length | session  | status| option | network | address | global ID | ignored | length | data   |
 *     |   2    |    2     |   1   |   1    |    1    |    n    |     8     |         |   2    | n      |
 *     +--------+----------+------+--------+---------+---------+-----------+----------+--------+--------+
 *              |<- metadata: 4 to 512 bytes ----------------------------->|          | if option 1     |
 *
 * New carries network and address, and for udp maybe a global ID. Keep of udp may carry network and
 * address (XUDP, protocol §5.6). End and KeepAlive carry neither. What else the metadata holds is skipped.
 */
import type { Destination } from '../address/destination.js'
import {
  decodeDestination,
  destinationBytes,
  encodeDestination,
  toWireDestination,
} from '../address/wire-destination.js'
import { ByteReader } from '../bytes/byte-reader.js'
import { ByteWriter } from '../bytes/byte-writer.js'
import { Fault } from '../faults/fault.js'

export type MuxNetwork = 'tcp' | 'udp'

export type MuxFrame =
  | {
      readonly status: 'new'
      readonly id: number
      readonly network: MuxNetwork
      readonly destination: Destination
      /** 8 bytes, not all zero: which source of the client this udp session belongs to. */
      readonly globalId?: Uint8Array
    }
  /** `peer`: where a datagram goes, or came from; absent: the session's own destination. */
  | { readonly status: 'keep'; readonly id: number; readonly peer?: Destination }
  | { readonly status: 'end'; readonly id: number; readonly failed: boolean }
  | { readonly status: 'keep-alive'; readonly id: number }

export const MOST_METADATA_BYTES = 512
export const MOST_DATA_BYTES = 65_535
/** The least of a frame that tells its length, apart from that of the data. */
const LENGTH_BYTES = 2
const FIXED_METADATA_BYTES = 4
const GLOBAL_ID_BYTES = 8
const OPTION_AT = LENGTH_BYTES + 3

const STATUS = { new: 1, keep: 2, end: 3, 'keep-alive': 4 } as const
const NETWORK = { tcp: 1, udp: 2 } as const
const OPTION = { data: 0x01, failed: 0x02 } as const

/**
 * How long the frame is that begins like this. More than `start` has: so many are needed before more can
 * be said. At most what it has: the frame is complete. Throws `MUX_METADATA` for a length that cannot be.
 */
export function measureFrame(start: Uint8Array): number {
  if (start.length < LENGTH_BYTES) return LENGTH_BYTES
  const metadata = u16(start, 0)
  if (metadata < FIXED_METADATA_BYTES || metadata > MOST_METADATA_BYTES) {
    throw new Fault('MUX_METADATA', {
      why: `its length is ${metadata}; ${FIXED_METADATA_BYTES} to ${MOST_METADATA_BYTES} are allowed`,
    })
  }
  const head = LENGTH_BYTES + metadata
  if (start.length <= OPTION_AT) return OPTION_AT + 1
  if (((start[OPTION_AT] as number) & OPTION.data) === 0) return head
  return start.length < head + LENGTH_BYTES ? head + LENGTH_BYTES : head + LENGTH_BYTES + u16(start, head)
}

/** The data of a complete frame, a view of it; undefined when it has none. */
export function dataOf(frame: Uint8Array): Uint8Array | undefined {
  if (((frame[OPTION_AT] as number) & OPTION.data) === 0) return undefined
  return frame.subarray(LENGTH_BYTES + u16(frame, 0) + LENGTH_BYTES)
}

/**
 * The metadata of a complete frame. Throws `MUX_STATUS`, `MUX_NETWORK`, `WIRE_SHORT` and the faults of
 * `decodeDestination`. Copies what it keeps.
 */
export function decodeFrame(frame: Uint8Array): MuxFrame {
  const metadata = frame.subarray(LENGTH_BYTES, LENGTH_BYTES + u16(frame, 0))
  const reader = new ByteReader(metadata, 'mux metadata')
  const id = reader.u16()
  const status = reader.u8()
  const option = reader.u8()
  switch (status) {
    case STATUS.new:
      return decodeNew(reader, id, (option & OPTION.data) !== 0)
    case STATUS.keep: {
      const peer = decodePeer(reader)
      return peer === undefined ? { status: 'keep', id } : { status: 'keep', id, peer }
    }
    case STATUS.end:
      return { status: 'end', id, failed: (option & OPTION.failed) !== 0 }
    case STATUS['keep-alive']:
      return { status: 'keep-alive', id }
    default:
      throw new Fault('MUX_STATUS', { why: `status ${status}; 1 to 4 exist` })
  }
}

function decodeNew(reader: ByteReader, id: number, hasData: boolean): MuxFrame {
  const value = reader.u8()
  if (value !== NETWORK.tcp && value !== NETWORK.udp) {
    throw new Fault('MUX_NETWORK', { why: `network ${value}; 1 and 2 exist` })
  }
  const network = value === NETWORK.tcp ? 'tcp' : 'udp'
  const frame = { status: 'new', id, network, destination: decodeDestination(reader) } as const
  if (network === 'tcp' || !hasData || reader.remaining < GLOBAL_ID_BYTES) return frame
  const globalId = reader.bytes(GLOBAL_ID_BYTES).slice()
  // All zero is how Xray says that it has none.
  return globalId.every((byte) => byte === 0) ? frame : { ...frame, globalId }
}

/** Only "2 || address" is known behind Keep; anything else is extra metadata, which is skipped. */
function decodePeer(reader: ByteReader): Destination | undefined {
  if (reader.remaining === 0 || reader.u8() !== NETWORK.udp) return undefined
  return decodeDestination(reader)
}

/**
 * The bytes of a frame up to its data. `dataBytes` undefined: without a data part; otherwise that many
 * bytes, at most 65 535, must follow. Throws `VMESS_DOMAIN` for a name that cannot be sent.
 */
export function encodeFrameHead(frame: MuxFrame, dataBytes?: number): Uint8Array {
  const extra = extraOf(frame)
  const metadata = FIXED_METADATA_BYTES + extra.length
  const head = LENGTH_BYTES + metadata
  const writer = new ByteWriter(dataBytes === undefined ? head : head + LENGTH_BYTES)
  writer.u16(metadata).u16(frame.id).u8(STATUS[frame.status])
  writer.u8((dataBytes === undefined ? 0 : OPTION.data) | (hasFailed(frame) ? OPTION.failed : 0))
  writer.bytes(extra)
  if (dataBytes !== undefined) writer.u16(dataBytes)
  return writer.done()
}

const NOTHING: Uint8Array = new Uint8Array(0)

/** Network, address and global ID. */
function extraOf(frame: MuxFrame): Uint8Array {
  switch (frame.status) {
    case 'new':
      return encodeExtra(frame.network, frame.destination, frame.globalId)
    case 'keep':
      return frame.peer === undefined ? NOTHING : encodeExtra('udp', frame.peer)
    case 'end':
    case 'keep-alive':
      return NOTHING
  }
}

function encodeExtra(network: MuxNetwork, destination: Destination, globalId = NOTHING): Uint8Array {
  const wire = toWireDestination(destination)
  const writer = new ByteWriter(1 + destinationBytes(wire) + globalId.length)
  writer.u8(NETWORK[network])
  encodeDestination(writer, wire)
  return writer.bytes(globalId).done()
}

function hasFailed(frame: MuxFrame): boolean {
  return frame.status === 'end' && frame.failed
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}
