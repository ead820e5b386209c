/** What is an end of an HTTP/2 stream and what is none, on the wire and above it; and what a slow reader costs. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { DEFAULT_H2 } from '../../../src/config/h2-settings.js'
import type { Transport } from '../../../src/contracts/transport.js'
import { Fault } from '../../../src/faults/fault.js'
import { makeFakeTicker, Recorder } from '../../../src/testing.js'
import { patternBytes } from '../../../src/testing/contract.js'
import { makeH2Transport } from '../../../src/transport/h2.js'
import { FLAG, FRAME, frame, greeting, openStream, PREFACE, u32 } from '../../support/h2-frames.js'
import { Bench, Visitor } from '../../support/h2-visitor.js'

const NEVER = new AbortController().signal
const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const REQUEST = { ':method': 'PUT', ':scheme': 'http', ':path': '/', ':authority': 'www.example.com' }
/** `:status: 200`, by its number in the static table. */
const STATUS_200 = Buffer.of(0x88)
const NO_ERROR = 0
const CANCEL = 8

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const each of undo.splice(0)) await each()
})

async function startBench(transport: Transport): Promise<Bench> {
  const bench = await new Bench(transport).start()
  undo.push(() => bench.stop())
  return bench
}

/** A stranger whose stream was accepted. */
async function openVisit(): Promise<{ visitor: Visitor; accepted: Recorder }> {
  const bench = await startBench(makeH2Transport(DEFAULT_H2))
  const visitor = await bench.visit()
  visitor.send(greeting(), openStream(1, REQUEST))
  await bench.until('a stream', () => bench.connections.length > 0)
  return { visitor, accepted: bench.connections[0] as Recorder }
}

/** A server that says whatever it is told to, and the near end of a stream to it. */
async function openCall(): Promise<{ server: Visitor; near: Recorder }> {
  const listening = createServer()
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as { port: number }
  const transport = makeH2Transport(DEFAULT_H2)
  const arrived = once(listening, 'connection')
  const connection = await transport.connect({ ...LOOPBACK, port }, { signal: NEVER })
  const near = new Recorder(connection, { endOnEnd: false })
  const [socket] = (await arrived) as [Socket]
  undo.push(() => {
    transport.close?.()
    socket.destroy()
    listening.close()
  })
  const server = new Visitor(socket, PREFACE.length)
  server.send(
    frame(FRAME.settings, {}),
    frame(FRAME.headers, { flags: FLAG.endHeaders, stream: 1 }, STATUS_200),
  )
  return { server, near }
}

describe('a stream that is aborted', () => {
  it('is reset on the wire and never ended, by a server', async () => {
    const { visitor, accepted } = await openVisit()
    accepted.connection.write(patternBytes(100))
    await visitor.untilFrame('data')
    accepted.connection.abort(new Fault('RELAY_STOPPED'))
    const reset = await visitor.untilFrame('reset')
    expect(reset.payload.readUInt32BE(0)).toBe(CANCEL)
    expect(
      visitor.frames.filter(({ stream, flags }) => stream === 1 && (flags & FLAG.endStream) !== 0),
    ).toEqual([])
    expect(accepted.fault?.code).toBe('RELAY_STOPPED')
  })

  it('is reset on the wire and never ended, by a client', async () => {
    const { server, near } = await openCall()
    near.connection.write(patternBytes(100))
    await server.untilFrame('data', ({ payload }) => payload.length > 0)
    near.connection.abort()
    const reset = await server.untilFrame('reset')
    expect(reset.payload.readUInt32BE(0)).toBe(CANCEL)
    const ends = ({ type, flags }: { type: number; flags: number }) =>
      type === FRAME.data && (flags & FLAG.endStream) !== 0
    expect(server.frames.filter(ends)).toEqual([])
  })
})

describe('RST_STREAM with NO_ERROR', () => {
  const reset = frame(FRAME.reset, { stream: 1 }, u32(NO_ERROR))
  const data = (flags: number) => frame(FRAME.data, { stream: 1, flags }, patternBytes(10))

  it('is no end for a server', async () => {
    const { visitor, accepted } = await openVisit()
    visitor.send(data(0))
    await accepted.untilReceived(10)
    visitor.send(reset)
    await accepted.untilClosed()
    expect([accepted.ends, accepted.fault?.code]).toEqual([0, 'TRANSPORT_RESET'])
  })

  it('is no end for a client, not even behind an end of ours', async () => {
    const { server, near } = await openCall()
    server.send(data(0))
    await near.untilReceived(10)
    near.connection.end()
    await server.untilFrame('data', ({ flags }) => (flags & FLAG.endStream) !== 0)
    server.send(reset)
    await near.untilClosed()
    expect([near.ends, near.fault?.code]).toEqual([0, 'TRANSPORT_RESET'])
  })

  it('behind END_STREAM leaves the end what it is, as Go servers send it', async () => {
    const { server, near } = await openCall()
    server.send(data(FLAG.endStream), reset)
    await near.untilClosed()
    expect([near.received, near.ends, near.fault]).toEqual([10, 1, undefined])
  })

  it('leaves an end that came in one read with the request what it is', async () => {
    const bench = await startBench(makeH2Transport(DEFAULT_H2))
    const visitor = await bench.visit()
    visitor.send(greeting(), openStream(1, REQUEST), data(FLAG.endStream))
    await bench.until('a stream', () => bench.connections.length > 0)
    const accepted = bench.connections[0] as Recorder
    await accepted.untilEnd()
    expect([accepted.received, accepted.fault]).toEqual([10, undefined])
  })
})

it('a session that has rested is not held to be dead when the answer to its next stream takes a moment', async () => {
  const time = makeFakeTicker()
  const bench = await startBench(makeH2Transport(DEFAULT_H2))
  const transport = makeH2Transport(DEFAULT_H2, { ticker: time.ticker })
  undo.push(() => transport.close?.())
  const first = new Recorder(await transport.connect(bench.address, { signal: NEVER }))
  first.connection.write(patternBytes(1))
  await bench.until('a stream', () => bench.connections.length > 0)
  first.connection.end()
  await first.untilClosed()
  for (let beat = 0; beat < 5; beat++) time.advance(5_000)
  const second = new Recorder(await transport.connect(bench.address, { signal: NEVER }))
  second.connection.write(patternBytes(10))
  time.advance(5_000)
  await bench.until('a second stream', () => bench.connections.length > 1)
  await bench.connections[1]?.untilReceived(10)
  bench.connections[1]?.connection.write(patternBytes(20))
  await second.untilReceived(20)
  expect(second.closes).toBe(0)
})

describe('a reader that stops', () => {
  const HELD = 2_500_000
  const BEATS = 4

  it.each(['reads on', 'gives up'] as const)(
    'is no flood, and costs the session nothing when it %s',
    async (then) => {
      const server = makeFakeTicker()
      const client = makeFakeTicker()
      const bench = await startBench(makeH2Transport(DEFAULT_H2, { ticker: server.ticker }))
      const transport = makeH2Transport(DEFAULT_H2, { ticker: client.ticker })
      undo.push(() => transport.close?.())
      const [slow, other] = [await open(transport, bench), await open(transport, bench)]
      slow.near.connection.pause()
      slow.far.connection.write(patternBytes(HELD))
      await expect.poll(() => slow.far.connection.unsent).toBe(0)
      for (let beat = 0; beat < BEATS; beat++) client.advance(5_000)
      if (then === 'gives up') slow.near.connection.abort()
      else slow.near.connection.resume()
      other.far.connection.write(patternBytes(1_000))
      await other.near.untilReceived(1_000)
      for (let beat = 0; beat < BEATS; beat++) client.advance(5_000)
      if (then === 'reads on') await slow.near.untilReceived(HELD)
      other.near.connection.write(patternBytes(1_000))
      await other.far.untilReceived(1_000)
      expect([other.near.closes, other.far.closes, bench.faults]).toEqual([0, 0, []])
    },
  )

  async function open(transport: Transport, bench: Bench): Promise<{ near: Recorder; far: Recorder }> {
    const count = bench.connections.length
    const near = new Recorder(await transport.connect(bench.address, { signal: NEVER }))
    near.connection.write(patternBytes(1))
    await bench.until('a stream', () => bench.connections.length > count)
    return { near, far: bench.connections[count] as Recorder }
  }
})
