/**
 * What gRPC puts around payload when it carries a tunnel (protocol §9.5).
 *
 *     +------------+--------+------+--------+---------+
 *     | compressed | length | 0x0A | n      | payload |
 *     |     1      |   4    |  1   | varint | n bytes |
 *     +------------+--------+------+--------+---------+
 *                           `-------- length ---------'
 *
 * Behind the length stands the protobuf message `Hunk { bytes data = 1 }`. A `MultiHunk` repeats that
 * field. We always write it once: sing and mihomo read nothing else.
 */
import { Fault } from '../faults/fault.js'

const NOT_COMPRESSED = 0
const PREFIX_BYTES = 5
/** Field 1, and its bytes have a length in front. */
const DATA_TAG = 0x0a

/** The most payload that one message of ours carries. */
export const MOST_PAYLOAD = 32 * 1024
/** The longest message taken from a peer: what grpc-go takes when it is not told otherwise. */
export const MOST_MESSAGE = 4 * 1024 * 1024
/** Five bytes of a varint are enough for any length; more are an attack or an error. */
const MOST_VARINT_BITS = 35

/** What precedes `length` bytes of payload, 1 to {@link MOST_PAYLOAD} of them. */
export function encodeMessageHead(length: number): Uint8Array {
  const varintBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : 3
  const head = new Uint8Array(PREFIX_BYTES + 1 + varintBytes)
  head[0] = NOT_COMPRESSED
  new DataView(head.buffer).setUint32(1, 1 + varintBytes + length)
  head[PREFIX_BYTES] = DATA_TAG
  for (let i = 0; i < varintBytes; i++) {
    const more = i < varintBytes - 1 ? 0x80 : 0
    head[PREFIX_BYTES + 1 + i] = ((length >> (7 * i)) & 0x7f) | more
  }
  return head
}

type Part = 'prefix' | 'tag' | 'size' | 'data'

/**
 * Messages in, payload out, as views of what was given. Holds nothing but a few numbers: payload is
 * released as it comes, without waiting for its message to be whole. Throws `TRANSPORT_GRPC_MESSAGE`,
 * and then for ever.
 */
export class MessageDecoder {
  #input = new Uint8Array(0)
  #at = 0
  #part: Part = 'prefix'
  /** Bytes of the part that were read. */
  #read = 0
  /** The number that the part spells so far. */
  #number = 0
  /** Bytes of the message that are to come. */
  #messageLeft = 0
  /** Bytes of its field that are to come. */
  #dataLeft = 0
  #fault: Fault | undefined

  /** Only after `next` has given undefined. The bytes are read until `next` gives undefined again. */
  receive(bytes: Uint8Array): void {
    this.#input = bytes as Uint8Array<ArrayBuffer>
    this.#at = 0
  }

  /** The next payload, never empty; undefined: needs more bytes. */
  next(): Uint8Array | undefined {
    if (this.#fault !== undefined) throw this.#fault
    while (this.#at < this.#input.length) {
      if (this.#part === 'data') return this.#takeData()
      this.#take(this.#input[this.#at++] as number)
    }
    return undefined
  }

  /** Throws `WIRE_TRUNCATED` when the stream ends inside a message. */
  finish(): void {
    if (this.#part === 'prefix' && this.#read === 0) return
    throw new Fault('WIRE_TRUNCATED', { why: 'the stream ended inside a gRPC message' })
  }

  #takeData(): Uint8Array {
    const bytes = this.#input.subarray(this.#at, this.#at + this.#dataLeft)
    this.#at += bytes.length
    this.#dataLeft -= bytes.length
    this.#messageLeft -= bytes.length
    if (this.#dataLeft === 0) this.#afterField()
    return bytes
  }

  #take(byte: number): void {
    switch (this.#part) {
      case 'prefix':
        this.#takePrefix(byte)
        return
      case 'tag':
        if (byte !== DATA_TAG)
          this.#fail(`a field of the message has the tag 0x${byte.toString(16)}, not 0xa`)
        this.#messageLeft--
        this.#enter('size')
        return
      case 'size':
        this.#takeSize(byte)
        return
      case 'data':
        return
    }
  }

  #takePrefix(byte: number): void {
    if (this.#read === 0 && byte !== NOT_COMPRESSED)
      this.#fail(`its first byte is ${byte}, not 0: compressed`)
    this.#number = this.#number * 256 + byte
    if (++this.#read < PREFIX_BYTES) return
    if (this.#number > MOST_MESSAGE) this.#fail(`a message of ${this.#number} bytes; at most ${MOST_MESSAGE}`)
    this.#messageLeft = this.#number
    this.#afterField()
  }

  #takeSize(byte: number): void {
    if (this.#messageLeft-- === 0) this.#fail('the message ends inside the length of its field')
    this.#number += (byte & 0x7f) * 2 ** this.#read
    this.#read += 7
    if ((byte & 0x80) !== 0) {
      if (this.#read >= MOST_VARINT_BITS) this.#fail('the length of a field does not end')
      return
    }
    if (this.#number > this.#messageLeft) {
      this.#fail(`a field of ${this.#number} bytes in a message that has ${this.#messageLeft} left`)
    }
    this.#dataLeft = this.#number
    if (this.#dataLeft === 0) this.#afterField()
    else this.#enter('data')
  }

  #afterField(): void {
    this.#enter(this.#messageLeft === 0 ? 'prefix' : 'tag')
  }

  #enter(part: Part): void {
    this.#part = part
    this.#read = 0
    this.#number = 0
  }

  #fail(why: string): never {
    this.#fault = new Fault('TRANSPORT_GRPC_MESSAGE', { why })
    throw this.#fault
  }
}
