import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import { concat, fromHex, toHex } from '../../../src/bytes/bytes.js'
import { encodeFrameHead, type MuxFrame } from '../../../src/mux/frame.js'
import { MuxFrameDecoder } from '../../../src/mux/frame-decoder.js'
import { everyByte } from '../../support/cuts.js'
import { faultOf } from '../../support/fault-of.js'

interface Vector {
  readonly name: string
  readonly hex: string
  readonly frame: MuxFrame
  readonly text?: string
}

/** protocol §10.5; the first six were exchanged with v2ray 4.34. */
const VECTORS: readonly Vector[] = [
  {
    name: 'New tcp with data',
    hex: '0014 0001 01 01 01 01bb 02 0b 6578616d706c652e636f6d 0005 68656c6c6f',
    frame: { status: 'new', id: 1, network: 'tcp', destination: makeDestination('example.com', 443) },
    text: 'hello',
  },
  {
    name: 'Keep',
    hex: '0004 0001 02 01 0005 616761696e',
    frame: { status: 'keep', id: 1 },
    text: 'again',
  },
  { name: 'End', hex: '0004 0001 03 00', frame: { status: 'end', id: 1, failed: false } },
  { name: 'End with error', hex: '0004 0001 03 02', frame: { status: 'end', id: 1, failed: true } },
  { name: 'KeepAlive', hex: '0004 0000 04 00', frame: { status: 'keep-alive', id: 0 } },
  {
    name: 'XUDP New with a global ID',
    hex: '0014 0000 01 01 02 0035 01 08080808 0102030405060708 0001 71',
    frame: {
      status: 'new',
      id: 0,
      network: 'udp',
      destination: makeDestination('8.8.8.8', 53),
      globalId: fromHex('0102030405060708'),
    },
    text: 'q',
  },
  {
    name: 'XUDP Keep with a peer',
    hex: '000c 0000 02 01 02 0035 01 01010101 0002 7132',
    frame: { status: 'keep', id: 0, peer: makeDestination('1.1.1.1', 53) },
    text: 'q2',
  },
  {
    name: 'New udp to IPv6 without data',
    hex: '0018 ffff 01 00 02 0035 03 20010db8000000000000000000000001',
    frame: { status: 'new', id: 65_535, network: 'udp', destination: makeDestination('2001:db8::1', 53) },
  },
]

function decodeAll(parts: readonly Uint8Array[]): { frame: MuxFrame; data: string }[] {
  const decoder = new MuxFrameDecoder()
  const frames: { frame: MuxFrame; data: string }[] = []
  for (const part of parts) {
    decoder.receive(part)
    for (let found = decoder.next(); found !== undefined; found = decoder.next()) {
      frames.push({ frame: found.frame, data: Buffer.from(found.data).toString('latin1') })
    }
  }
  decoder.finish()
  return frames
}

describe.each(VECTORS)('a mux frame: $name', ({ hex, frame, text }) => {
  const bytes = fromHex(hex)

  it('is read', () => {
    expect(decodeAll([bytes])).toEqual([{ frame, data: text ?? '' }])
  })

  it('is read in single bytes', () => {
    expect(decodeAll(everyByte(bytes))).toEqual([{ frame, data: text ?? '' }])
  })

  it('is written', () => {
    const head = encodeFrameHead(frame, text?.length)
    expect(toHex(concat([head, Buffer.from(text ?? '')]))).toBe(hex.replaceAll(' ', ''))
  })

  it('is unfinished wherever it is cut', () => {
    for (let length = 1; length < bytes.length; length++) {
      expect(faultOf(() => decodeAll([bytes.subarray(0, length)])).code).toBe('WIRE_TRUNCATED')
    }
  })
})

it('frames follow one another in one piece', () => {
  const all = concat(VECTORS.map(({ hex }) => fromHex(hex)))
  expect(decodeAll([all]).map(({ frame }) => frame)).toEqual(VECTORS.map(({ frame }) => frame))
})

describe('what others put into frames', () => {
  const skipped: readonly [string, string, MuxFrame][] = [
    ['extra bytes behind Keep', '0006 0001 02 01 0000 0001 61', { status: 'keep', id: 1 }],
    ['extra bytes behind End', '0008 0001 03 00 01020304', { status: 'end', id: 1, failed: false }],
    [
      'a global ID of zeros, which is none',
      '0014 0001 01 01 02 0035 01 08080808 0000000000000000 0001 61',
      { status: 'new', id: 1, network: 'udp', destination: makeDestination('8.8.8.8', 53) },
    ],
    [
      'extra bytes behind a tcp address',
      '0014 0001 01 01 01 0035 01 08080808 0102030405060708 0001 61',
      { status: 'new', id: 1, network: 'tcp', destination: makeDestination('8.8.8.8', 53) },
    ],
    [
      'data behind End, which means nothing',
      '0004 0001 03 01 0001 61',
      { status: 'end', id: 1, failed: false },
    ],
  ]

  it.each(skipped)('%s', (_, hex, frame) => {
    expect(decodeAll([fromHex(hex)]).map((found) => found.frame)).toEqual([frame])
  })
})

describe('a malformed frame', () => {
  const malformed: readonly [string, string, string][] = [
    ['metadata of 3 bytes', '0003 0001 03', 'MUX_METADATA'],
    ['metadata of 513 bytes', '0201', 'MUX_METADATA'],
    ['metadata of 65 535 bytes', 'ffff', 'MUX_METADATA'],
    ['status 0', '0004 0001 00 00', 'MUX_STATUS'],
    ['status 5', '0004 0001 05 00', 'MUX_STATUS'],
    ['network 3', '000c 0001 01 00 03 0035 01 08080808', 'MUX_NETWORK'],
    ['an address that runs out', '0009 0001 01 00 01 0035 01 08', 'WIRE_SHORT'],
    ['no address', '0004 0001 01 00', 'WIRE_SHORT'],
    ['address type 4', '000c 0001 01 00 01 0035 04 08080808', 'VMESS_ADDRESS_TYPE'],
    ['an empty domain', '0009 0001 01 00 01 0035 02 00 00', 'VMESS_DOMAIN'],
    ['a Keep peer that runs out', '0008 0001 02 00 02 0035 01', 'WIRE_SHORT'],
  ]

  it.each(malformed)('%s', (_, hex, code) => {
    const decoder = new MuxFrameDecoder()
    decoder.receive(fromHex(hex))
    const fault = faultOf(() => decoder.next())
    expect(fault.code).toBe(code)
    expect(fault.blame).toBe('peer')
    expect(faultOf(() => decoder.receive(fromHex('0004 0001 03 00'))).code).toBe(code)
    expect(faultOf(() => decoder.next()).code).toBe(code)
    expect(faultOf(() => decoder.finish()).code).toBe(code)
  })
})

it('says whether the data is lent or its own', () => {
  const bytes = fromHex('0004 0001 02 01 0005 616761696e')
  const decoder = new MuxFrameDecoder()
  decoder.receive(bytes)
  const whole = decoder.next()
  expect(whole?.borrowed).toBe(true)
  expect(whole?.data.buffer).toBe(bytes.buffer)
  decoder.receive(bytes.subarray(0, 9))
  expect(decoder.next()).toBeUndefined()
  decoder.receive(bytes.subarray(9))
  const joined = decoder.next()
  expect(joined?.borrowed).toBe(false)
  expect(joined?.data).toEqual(whole?.data)
  expect(joined?.data.buffer).not.toBe(bytes.buffer)
})

it('a frame of the largest sizes passes in pieces', () => {
  const metadata = concat([fromHex('0200 0001 02 01'), new Uint8Array(508)])
  const data = Uint8Array.from({ length: 65_535 }, (_, i) => i)
  const bytes = concat([metadata, fromHex('ffff'), data])
  const decoder = new MuxFrameDecoder()
  for (let at = 0; at < bytes.length; at += 1_000) {
    decoder.receive(bytes.subarray(at, at + 1_000))
    const found = decoder.next()
    if (at + 1_000 < bytes.length) expect(found).toBeUndefined()
    else expect(found?.data).toEqual(data)
  }
})
