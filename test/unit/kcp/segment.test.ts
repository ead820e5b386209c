import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../src/bytes/bytes.js'
import { decodeSegments, encodeSegments, type Segment, segmentBytes } from '../../../src/kcp/segment.js'

/** Each with its bytes as protocol §9.8 draws them. */
const SEGMENTS: readonly (readonly [string, Segment, string])[] = [
  [
    'data',
    {
      conversation: 0x1234,
      command: 'data',
      option: 1,
      timestamp: 0x01020304,
      number: 0xfffffffe,
      sendingNext: 5,
      payload: new Uint8Array([0xaa, 0xbb]),
    },
    '1234 01 01 01020304 fffffffe 00000005 0002 aabb',
  ],
  [
    'ack',
    {
      conversation: 7,
      command: 'ack',
      option: 0,
      receivingWindow: 0x300,
      receivingNext: 0x200,
      timestamp: 9,
      numbers: [0x201, 0x203],
    },
    '0007 00 00 00000300 00000200 00000009 02 00000201 00000203',
  ],
  [
    'terminate',
    { conversation: 7, command: 'terminate', option: 2, sendingNext: 1, receivingNext: 2, timeout: 100 },
    '0007 02 02 00000001 00000002 00000064',
  ],
  [
    'ping',
    { conversation: 7, command: 'ping', option: 0, sendingNext: 1, receivingNext: 2, timeout: 100 },
    '0007 03 00 00000001 00000002 00000064',
  ],
]
const ALL = SEGMENTS.map(([, segment]) => segment)
/** Payloads are views, which are not equal to arrays of their own. */
const plain = (segments: readonly Segment[]): unknown =>
  segments.map((segment) => ('payload' in segment ? { ...segment, payload: [...segment.payload] } : segment))

describe('segments', () => {
  it.each(SEGMENTS)('%s is written as it is drawn', (_, segment, hex) => {
    const bytes = fromHex(hex)
    expect(toHex(encodeSegments([segment]))).toBe(toHex(bytes))
    expect(plain(decodeSegments(bytes))).toEqual(plain([segment]))
    expect(segmentBytes(segment)).toBe(bytes.length)
  })

  it('share a packet', () => {
    expect(plain(decodeSegments(encodeSegments(ALL)))).toEqual(plain(ALL))
  })

  it('that are cut short end the packet, wherever that is', () => {
    const ends = [0]
    for (const segment of ALL) ends.push((ends.at(-1) as number) + segmentBytes(segment))
    const whole = encodeSegments(ALL)
    for (let length = 0; length <= whole.length; length++) {
      const complete = ends.findLastIndex((end) => end <= length)
      expect(decodeSegments(whole.subarray(0, length))).toHaveLength(complete)
    }
  })

  it('of an unknown command end the packet', () => {
    expect(decodeSegments(fromHex('0007 04 00 00000001 00000002 00000064'))).toEqual([])
  })

  it('that announce more than there is are none', () => {
    expect(decodeSegments(fromHex('1234 01 00 01020304 00000000 00000005 ffff aabb'))).toEqual([])
    expect(decodeSegments(fromHex('0007 00 00 00000300 00000200 00000009 ff 00000201'))).toEqual([])
  })
})
