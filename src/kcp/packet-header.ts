/**
 * What stands in front of every packet so that it looks like something else (protocol §9.8). Receivers
 * skip its length and look at nothing in it.
 *
 *     none          nothing
 *     srtp          b5 e8 | count 2
 *     utp           id 2 | 01 00
 *     wechat-video  a1 08 | count 4 | 00 10 11 18 30 22 30
 *     dtls          17 fe fd | epoch 2 | 00 00 | count 4 | length 2
 *     wireguard     04 00 00 00
 */
import type { ByteWriter } from '../bytes/byte-writer.js'
import { fromHex } from '../bytes/bytes.js'
import type { Random } from '../ports/ports.js'

export type PacketDisguise = 'none' | 'srtp' | 'utp' | 'wechat-video' | 'dtls' | 'wireguard'

/** Writes a header that is right for the next packet. */
export interface PacketHeader {
  readonly length: number
  write(writer: ByteWriter): void
}

const SRTP = 0xb5e8
const UTP = 0x0100
const WECHAT = 0xa108
const WECHAT_REST = fromHex('00101118302230')
const WIREGUARD = fromHex('04000000')
const DTLS = fromHex('17fefd')
/** The length that dtls pretends grows and falls back, as v2ray has it. */
const DTLS_LENGTH = { first: 17, step: 17, most: 100, back: 50 }

/** Counters begin at random, and are shared by all packets of this header. */
export function makePacketHeader(disguise: PacketDisguise, random: Random): PacketHeader {
  const [high = 0, low = 0] = random(2)
  const start = (high << 8) | low
  switch (disguise) {
    case 'none':
      return { length: 0, write: () => undefined }
    case 'srtp':
      return counted(4, start, (writer, count) => writer.u16(SRTP).u16(count & 0xffff))
    case 'utp':
      return { length: 4, write: (writer) => void writer.u16(start).u16(UTP) }
    case 'wechat-video':
      return counted(13, start, (writer, count) => writer.u16(WECHAT).u32(count).bytes(WECHAT_REST))
    case 'dtls':
      return makeDtls(start)
    case 'wireguard':
      return { length: 4, write: (writer) => void writer.bytes(WIREGUARD) }
  }
}

function counted(
  length: number,
  start: number,
  write: (writer: ByteWriter, count: number) => void,
): PacketHeader {
  let count = start
  return {
    length,
    write(writer) {
      count = (count + 1) >>> 0
      write(writer, count)
    },
  }
}

function makeDtls(epoch: number): PacketHeader {
  let count = 0
  let length = DTLS_LENGTH.first
  return {
    length: 13,
    write(writer) {
      writer.bytes(DTLS).u16(epoch).u16(0).u32(count).u16(length)
      count = (count + 1) >>> 0
      length += DTLS_LENGTH.step
      if (length > DTLS_LENGTH.most) length -= DTLS_LENGTH.back
    },
  }
}
