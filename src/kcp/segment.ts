/**
 * What mKCP sends: segments, several of which may share a packet (protocol §9.8). Big endian.
 *
 *     +--------------+---------+--------+
 *     | conversation | command | option |   then, by command:
 *     |      2       |    1    |   1    |
 *     +--------------+---------+--------+
 *     data      timestamp 4 | number 4 | sending next 4 | length 2 | payload
 *     ack       receiving window 4 | receiving next 4 | timestamp 4 | count 1 | numbers 4 × count
 *     ping, terminate    sending next 4 | receiving next 4 | peer's timeout 4
 */
import { ByteReader } from '../bytes/byte-reader.js'
import { ByteWriter } from '../bytes/byte-writer.js'

interface Common {
  readonly conversation: number
  /** Bits of {@link SEGMENT_OPTION}. */
  readonly option: number
}

export interface DataSegment extends Common {
  readonly command: 'data'
  /** The sender's clock in milliseconds; comes back in an ack. */
  readonly timestamp: number
  readonly number: number
  /** All numbers before this one are acknowledged, and their acks may be forgotten. */
  readonly sendingNext: number
  readonly payload: Uint8Array
}

export interface AckSegment extends Common {
  readonly command: 'ack'
  /** The first number that does not fit yet. */
  readonly receivingWindow: number
  /** All numbers before this one have come. */
  readonly receivingNext: number
  /** The newest timestamp among the data acknowledged here. */
  readonly timestamp: number
  /** At most {@link ACK_NUMBERS}. */
  readonly numbers: readonly number[]
}

export interface ControlSegment extends Common {
  readonly command: 'ping' | 'terminate'
  readonly sendingNext: number
  readonly receivingNext: number
  /** Milliseconds after which the sender would resend. */
  readonly timeout: number
}

export type Segment = DataSegment | AckSegment | ControlSegment

const COMMAND = { ack: 0, data: 1, terminate: 2, ping: 3 } as const

/**
 * `closing`: the sender reads no more; with `terminate` it is gone at once. `half` is ours alone, with
 * `terminate`: the sender has ended its side and goes on reading. Other makes do not look at that bit.
 */
export const SEGMENT_OPTION = { closing: 0x01, half: 0x02 } as const

const HEAD_BYTES = 4
/** What a data segment has beside its payload. */
export const DATA_OVERHEAD = HEAD_BYTES + 14
const ACK_OVERHEAD = HEAD_BYTES + 13
const CONTROL_BYTES = HEAD_BYTES + 12
/** The most numbers of one ack. */
export const ACK_NUMBERS = 128

export function segmentBytes(segment: Segment): number {
  switch (segment.command) {
    case 'data':
      return DATA_OVERHEAD + segment.payload.length
    case 'ack':
      return ACK_OVERHEAD + 4 * segment.numbers.length
    case 'ping':
    case 'terminate':
      return CONTROL_BYTES
  }
}

export function encodeSegment(segment: Segment, writer: ByteWriter): void {
  writer.u16(segment.conversation).u8(COMMAND[segment.command]).u8(segment.option)
  switch (segment.command) {
    case 'data':
      writer.u32(segment.timestamp).u32(segment.number).u32(segment.sendingNext)
      writer.u16(segment.payload.length).bytes(segment.payload)
      return
    case 'ack':
      writer.u32(segment.receivingWindow).u32(segment.receivingNext).u32(segment.timestamp)
      writer.u8(segment.numbers.length)
      for (const number of segment.numbers) writer.u32(number)
      return
    case 'ping':
    case 'terminate':
      writer.u32(segment.sendingNext).u32(segment.receivingNext).u32(segment.timeout)
  }
}

/** The segments of one packet, in their order, one after another. */
export function encodeSegments(segments: readonly Segment[]): Uint8Array {
  const writer = new ByteWriter(segments.reduce((sum, segment) => sum + segmentBytes(segment), 0))
  for (const segment of segments) encodeSegment(segment, writer)
  return writer.done()
}

/**
 * The segments of a packet. What is cut short, or of an unknown command, ends the list: v2ray reads
 * packets so, and there is nobody to complain to. Payloads are views.
 */
export function decodeSegments(packet: Uint8Array): readonly Segment[] {
  const reader = new ByteReader(packet, 'mKCP packet')
  const segments: Segment[] = []
  for (let segment = decodeOne(reader); segment !== undefined; segment = decodeOne(reader)) {
    segments.push(segment)
  }
  return segments
}

function decodeOne(reader: ByteReader): Segment | undefined {
  if (reader.remaining < HEAD_BYTES) return undefined
  const conversation = reader.u16()
  const command = reader.u8()
  const common = { conversation, option: reader.u8() }
  switch (command) {
    case COMMAND.data:
      return decodeData(common, reader)
    case COMMAND.ack:
      return decodeAck(common, reader)
    case COMMAND.ping:
      return decodeControl({ ...common, command: 'ping' }, reader)
    case COMMAND.terminate:
      return decodeControl({ ...common, command: 'terminate' }, reader)
    default:
      return undefined
  }
}

function decodeData(common: Common, reader: ByteReader): DataSegment | undefined {
  if (reader.remaining < DATA_OVERHEAD - HEAD_BYTES) return undefined
  const fields = { timestamp: reader.u32(), number: reader.u32(), sendingNext: reader.u32() }
  const length = reader.u16()
  if (reader.remaining < length) return undefined
  return { ...common, command: 'data', ...fields, payload: reader.bytes(length) }
}

function decodeAck(common: Common, reader: ByteReader): AckSegment | undefined {
  if (reader.remaining < ACK_OVERHEAD - HEAD_BYTES) return undefined
  const fields = { receivingWindow: reader.u32(), receivingNext: reader.u32(), timestamp: reader.u32() }
  const count = reader.u8()
  if (reader.remaining < 4 * count) return undefined
  return { ...common, command: 'ack', ...fields, numbers: Array.from({ length: count }, () => reader.u32()) }
}

function decodeControl(
  head: Common & Pick<ControlSegment, 'command'>,
  reader: ByteReader,
): ControlSegment | undefined {
  if (reader.remaining < CONTROL_BYTES - HEAD_BYTES) return undefined
  return { ...head, sendingNext: reader.u32(), receivingNext: reader.u32(), timeout: reader.u32() }
}
