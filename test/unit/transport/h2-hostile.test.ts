/** What clients must not get away with on an HTTP/2 listener. The others notice nothing of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FakeTicker } from '../../../src/testing.js'
import { makeFakeTicker, Recorder } from '../../../src/testing.js'
import { makeH2Transport } from '../../../src/transport/h2.js'
import { BEAT_MS } from '../../../src/transport/h2-session.js'
import {
  FLAG,
  FRAME,
  frame,
  greeting,
  headerBlock,
  openStream,
  setting,
  u32,
} from '../../support/h2-frames.js'
import { Bench } from '../../support/h2-visitor.js'

const CONFIG = { network: 'h2', path: '/t', hosts: ['a'], method: 'PUT', headers: {} } as const
const ASK = { ':method': 'PUT', ':scheme': 'http', ':path': '/t', ':authority': 'a' }
const NEVER = new AbortController().signal
const ENHANCE_YOUR_CALM = 11
const CANCEL = 8
const REFUSED = 7

let time: FakeTicker
let bench: Bench
let neighbour: Recorder

beforeEach(async () => {
  time = makeFakeTicker()
  const transport = makeH2Transport(CONFIG, { ticker: time.ticker })
  bench = await new Bench(transport).start()
  neighbour = new Recorder(await transport.connect(bench.address, { signal: NEVER }))
  await bench.until('the neighbour', () => bench.connections.length === 1)
})

/** Every attack leaves another client's connection as it was. */
afterEach(async () => {
  neighbour.connection.write(Buffer.from('still here'))
  await bench.connections[0]?.untilReceived(10)
  await bench.stop()
})

const repeat = (count: number, make: (i: number) => Uint8Array): Uint8Array =>
  Buffer.concat(Array.from({ length: count }, (_, i) => make(i)))
const idOf = (i: number): number => 2 * i + 1
const open = (i: number): Buffer => openStream(idOf(i), ASK)
const reset = (i: number): Buffer => frame(FRAME.reset, { stream: idOf(i) }, u32(CANCEL))
const ping = (): Buffer => frame(FRAME.ping, {}, Buffer.alloc(8))

describe('a session ends for', () => {
  it.each([
    [
      'streams opened and reset in one go',
      repeat(250, (i) => Buffer.concat([open(i), reset(i)])),
      /opened and reset/,
    ],
    ['more pings than can be answered', repeat(3_000, ping), /Flooding/],
    [
      'more settings than can be answered',
      repeat(3_000, () => frame(FRAME.settings, {}, setting(4, 65_535))),
      /Flooding/,
    ],
    [
      'headers that go on and on',
      Buffer.concat([
        frame(FRAME.headers, { stream: 1 }, headerBlock(ASK)),
        repeat(100, (i) => frame(FRAME.continuation, { stream: 1 }, headerBlock({ [`x${i}`]: 'y' }))),
      ]),
      /CONTINUATION/,
    ],
    [
      'empty frames',
      Buffer.concat([open(0), repeat(3_000, () => frame(FRAME.data, { stream: 1 }))]),
      /invalid HTTP\/2 frames/,
    ],
  ])('%s', async (_, bytes, why) => {
    const visitor = await bench.visit()
    visitor.send(greeting(), bytes)
    const complaint = await bench.complaint()
    expect(complaint.code).toBe('TRANSPORT_H2_FLOOD')
    expect(complaint.why).toMatch(why)
    await visitor.untilClosed()
  })

  it('a window that is opened by nothing', async () => {
    const visitor = await bench.visit()
    visitor.send(greeting(), open(0), frame(FRAME.windowUpdate, { stream: 0 }, u32(0)))
    const complaint = await bench.complaint()
    expect(complaint.code).toBe('TRANSPORT_H2_PROTOCOL')
    expect(complaint.why).toMatch(/Protocol error/)
    await visitor.untilClosed()
  })

  it('streams opened and reset one by one', async () => {
    const visitor = await bench.visit()
    visitor.send(greeting())
    for (let i = 0; i <= 200; i++) {
      visitor.send(open(i))
      await bench.until('the next stream', () => bench.connections.length === i + 2)
      visitor.send(reset(i))
    }
    expect((await bench.complaint()).code).toBe('TRANSPORT_H2_FLOOD')
    await visitor.untilClosed()
  })

  it('pings, even those that wait for their answer', async () => {
    const visitor = await bench.visit()
    visitor.send(greeting())
    for (let i = 0; i < 11 && bench.faults.length === 0; i++) {
      const { length } = visitor.frames
      visitor.send(repeat(100, ping))
      await Promise.race([
        bench.until('a fault', () => bench.faults.length > 0),
        visitor.untilFrames(length + 100),
      ])
    }
    expect((await bench.complaint()).why).toMatch(/more than 1000 control frames/)
    await visitor.untilClosed()
  })

  it('silence instead of a greeting', async () => {
    const visitor = await bench.visit()
    visitor.send(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))
    await visitor.untilFrame('settings')
    time.advance(4 * BEAT_MS)
    expect(await bench.complaint()).toEqual({ code: 'TRANSPORT_H2_SILENT', why: 'no SETTINGS within 15 s' })
    await visitor.untilClosed()
  })

  // Some of these nghttp2 answers by no longer listening, without a word to Node.
  it.each([
    ['a frame too large', frame(FRAME.data, { stream: 1 }, Buffer.alloc(100_000))],
    ['a window that overflows', frame(FRAME.windowUpdate, { stream: 0 }, u32(0x7fffffff))],
    [
      'priorities without end',
      repeat(200_000, (i) => frame(FRAME.priority, { stream: idOf(i % 50) }, Buffer.alloc(5))),
    ],
  ])('%s', async (_, bytes) => {
    const visitor = await bench.visit()
    visitor.send(greeting(), frame(FRAME.settings, { flags: FLAG.ack }), open(0))
    await bench.until('the stream', () => bench.connections.length === 2)
    visitor.send(bytes, ping())
    await visitor.untilAny(['goaway', 'ping'])
    // The inbound has its own patience with the stream; the session ends when it is the last.
    bench.connections[1]?.connection.abort()
    await bench.connections[1]?.untilClosed()
    time.advance(6 * BEAT_MS)
    await visitor.untilClosed()
    expect((await bench.complaint()).code).toMatch(/^TRANSPORT_H2_(PROTOCOL|FLOOD|SILENT)$/)
  })
})

describe('a session goes on, but not with', () => {
  it.each([
    ['a header list that is too long', repeat(120, (i) => headerBlock({ [`x${i}`]: 'y'.repeat(120) }))],
    ['too many headers', repeat(80, (i) => headerBlock({ [`x${i}`]: 'y' }))],
  ])('%s', async (_, headers) => {
    const visitor = await bench.visit()
    const block = Buffer.concat([headerBlock(ASK), headers])
    visitor.send(greeting(), frame(FRAME.headers, { flags: FLAG.endHeaders, stream: 1 }, block), open(1))
    const answer = await visitor.untilFrame('reset', ({ stream }) => stream === 1)
    expect(answer.payload).toEqual(u32(ENHANCE_YOUR_CALM))
    await bench.until('the next stream', () => bench.connections.length === 2)
  })

  it('more streams than it allows', async () => {
    const visitor = await bench.visit()
    visitor.send(greeting(), repeat(520, open))
    const answer = await visitor.untilFrame('reset', ({ stream }) => stream === idOf(512))
    expect(answer.payload).toEqual(u32(REFUSED))
    await bench.until('the streams', () => bench.connections.length === 1 + 512)
  })

  it('bytes that its reader does not want yet: they stay with the client', async () => {
    const visitor = await bench.visit()
    visitor.send(greeting(), open(0))
    await bench.until('the stream', () => bench.connections.length === 2)
    bench.connections[1]?.connection.pause()
    // As much as the window holds once we know of it, and a byte more.
    visitor.send(frame(FRAME.settings, { flags: FLAG.ack }))
    visitor.send(
      repeat(64, () => frame(FRAME.data, { stream: 1 }, Buffer.alloc(16_384))),
      ping(),
    )
    await visitor.untilFrame('ping')
    expect(bench.connections[1]?.closes).toBe(0)
    visitor.send(frame(FRAME.data, { stream: 1 }, Buffer.alloc(1)))
    await bench.connections[1]?.untilClosed()
    // Older versions of nghttp2 reset the stream, newer ones end the session.
    expect(bench.connections[1]?.fault?.code).toMatch(/^TRANSPORT_(RESET|H2_PROTOCOL)$/)
  })

  it('bytes that its peer does not take: they stay with the one who writes', async () => {
    const visitor = await bench.visit()
    visitor.send(greeting(setting(4, 1)), open(0))
    await bench.until('the stream', () => bench.connections.length === 2)
    const { connection } = bench.connections[1] as Recorder
    let written = 0
    while (connection.write(new Uint8Array(16_384)) && written < 64) written++
    expect(written).toBeLessThan(32)
    expect(connection.unsent).toBeLessThanOrEqual(512 * 1024)
    visitor.send(reset(0))
    await bench.connections[1]?.untilClosed()
  })
})
