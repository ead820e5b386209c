import { createCipheriv, createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../../src/bytes/byte-writer.js'
import { fromHex, toHex } from '../../../src/bytes/bytes.js'
import { nobleBackend } from '../../../src/crypto/noble-backend.js'
import { nodeBackend } from '../../../src/crypto/node-backend.js'
import { PacketCodec } from '../../../src/kcp/packet-codec.js'
import { makePacketHeader, type PacketDisguise } from '../../../src/kcp/packet-header.js'
import { makeProtection } from '../../../src/kcp/protection.js'
import type { Segment } from '../../../src/kcp/segment.js'
import { makeSeededRandom } from '../../../src/testing.js'

const dice = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => i + 1)
const PING: Segment = {
  conversation: 1,
  command: 'ping',
  option: 0,
  sendingNext: 2,
  receivingNext: 3,
  timeout: 4,
}
const PING_BYTES = fromHex('0001 03 00 00000002 00000003 00000004')

function headersOf(disguise: PacketDisguise, count: number): string[] {
  const header = makePacketHeader(disguise, dice)
  return Array.from({ length: count }, () => {
    const writer = new ByteWriter(header.length)
    header.write(writer)
    return toHex(writer.done())
  })
}

describe('packet headers', () => {
  it.each([
    ['none', ['', '']],
    ['srtp', ['b5e80103', 'b5e80104']],
    ['utp', ['01020100', '01020100']],
    ['wechat-video', ['a1080000010300101118302230', 'a1080000010400101118302230']],
    ['dtls', ['17fefd01020000000000000011', '17fefd01020000000000010022']],
    ['wireguard', ['04000000', '04000000']],
  ] as const)('of %s are drawn', (disguise, expected) => {
    expect(headersOf(disguise, 2)).toEqual(expected)
  })

  it('of dtls pretend lengths that grow and fall back', () => {
    const lengths = headersOf('dtls', 8).map((hex) => Number.parseInt(hex.slice(-4), 16))
    expect(lengths).toEqual([17, 34, 51, 68, 85, 52, 69, 86])
  })

  it('of srtp wrap around', () => {
    const header = makePacketHeader('srtp', (size) => new Uint8Array(size).fill(0xff))
    const writer = new ByteWriter(4)
    header.write(writer)
    expect(toHex(writer.done())).toBe('b5e80000')
  })
})

/** FNV-1a, length and the running XOR, written down once more. */
function scramble(segments: Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from([segments.length >> 8, segments.length & 255]), segments])
  let hash = 0x811c9dc5n
  for (const byte of rest) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn
  const block = Buffer.concat([Buffer.from(hash.toString(16).padStart(8, '0'), 'hex'), rest])
  for (let i = 4; i < block.length; i++) block[i] = (block[i] as number) ^ (block[i - 4] as number)
  return block
}

function sealWith(seed: string, segments: Uint8Array): Buffer {
  const nonce = dice(12)
  const key = createHash('sha256').update(seed).digest().subarray(0, 16)
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  return Buffer.concat([nonce, cipher.update(segments), cipher.final(), cipher.getAuthTag()])
}

describe.each([nodeBackend, nobleBackend])('packets with $name', (backend) => {
  const codecOf = (disguise: PacketDisguise, seed?: string): PacketCodec =>
    new PacketCodec(makePacketHeader(disguise, dice), makeProtection({ seed, random: dice, backend }))

  it.each([
    ['no seed', undefined, scramble(PING_BYTES)],
    ['a seed', 'a seed', sealWith('a seed', PING_BYTES)],
    ['an empty seed', '', sealWith('', PING_BYTES)],
  ])('are what others make of them, with %s', (_, seed, expected) => {
    expect(toHex(codecOf('none', seed).encode([PING]))).toBe(toHex(expected))
    expect(codecOf('none', seed).decode(expected)).toEqual([PING])
    const behind = Buffer.concat([fromHex('04000000'), expected])
    expect(toHex(codecOf('wireguard', seed).encode([PING]))).toBe(toHex(behind))
    expect(codecOf('srtp', seed).decode(behind)).toEqual([PING])
  })

  it.each([undefined, 'a seed'])('with a changed or a missing bit are nothing (seed %s)', (seed) => {
    const packet = codecOf('none', seed).encode([PING])
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const broken = new Uint8Array(packet)
      broken[bit >> 3] = (broken[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(codecOf('none', seed).decode(broken)).toEqual([])
    }
    for (let length = 0; length < packet.length; length++) {
      expect(codecOf('none', seed).decode(packet.subarray(0, length))).toEqual([])
    }
  })

  it('of another seed are nothing', () => {
    expect(codecOf('none', 'one').decode(codecOf('none', 'other').encode([PING]))).toEqual([])
    expect(codecOf('none').decode(codecOf('none', '').encode([PING]))).toEqual([])
  })

  it('of noise are nothing', () => {
    const random = makeSeededRandom(3)
    for (let length = 0; length < 200; length++) expect(codecOf('dtls').decode(random(length))).toEqual([])
  })
})
