import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import type { Connection } from '../../../src/contracts/connection.js'
import { Fault, isFault } from '../../../src/faults/fault.js'
import { CarrierPool } from '../../../src/outbound/vmess-carriers.js'
import { makeFakeTicker, makePair, Recorder } from '../../../src/testing.js'
import { MuxServer } from '../../../src/tunnel/mux-server.js'
import { turns } from '../../support/inbound-bench.js'

const TARGET = makeDestination('example.com', 443)
const TICK_MS = 16_000

function startPool(options: { concurrency?: number; lifetime?: number; dial?: Promise<unknown> } = {}) {
  const { concurrency = 2, lifetime = 128, dial } = options
  const time = makeFakeTicker()
  const servers: MuxServer[] = []
  const fars: Connection[] = []
  const closed: number[] = []
  const signals: AbortSignal[] = []
  const pool = new CarrierPool({
    concurrency,
    lifetime,
    firstId: 1,
    ticker: time.ticker,
    open: async (signal) => {
      signals.push(signal)
      await dial
      const [near, far] = makePair()
      const number = fars.push(far) - 1
      servers.push(
        new MuxServer(far, {
          onStream: (stream) => {
            new Recorder(stream)
          },
          onPackets: () => undefined,
          onSessionEnd: () => undefined,
          onClose: () => {
            closed.push(number)
          },
        }),
      )
      return near
    },
  })
  const open = async (signal = new AbortController().signal): Promise<Recorder> =>
    new Recorder(await pool.take(signal, (client) => client.openStream(TARGET)))
  return { pool, open, time, servers, fars, closed, signals }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no fault',
    (error: unknown) => (isFault(error) ? error.code : String(error)),
  )
}

describe('the carriers of an outbound', () => {
  it('take so many sessions at a time, and as many again when those are over', async () => {
    const { open, fars } = startPool({ concurrency: 2 })
    const [first, second] = await Promise.all([open(), open()])
    expect(fars).toHaveLength(1)
    await open()
    expect(fars).toHaveLength(2)
    for (const stream of [first, second]) stream?.connection.abort()
    await Promise.all([open(), open(), open()])
    expect(fars).toHaveLength(2)
  })

  it('take so many in their life and are closed when the last is over', async () => {
    const { open, fars, closed } = startPool({ lifetime: 3 })
    for (let i = 0; i < 3; i++) {
      const stream = await open()
      stream.connection.write(Uint8Array.of(1))
      stream.connection.end()
      await stream.untilClosed()
    }
    expect(fars).toHaveLength(1)
    await turns(() => closed.length === 1)
    await open()
    expect(fars).toHaveLength(2)
    expect(closed).toEqual([0])
  })

  it('are closed when idle at a tick, and do not wait longer than another for the server', async () => {
    const { open, time, fars, closed } = startPool()
    const stream = await open()
    time.advance(TICK_MS)
    await turns()
    expect(closed).toEqual([])
    stream.connection.abort()
    time.advance(TICK_MS)
    await turns(() => closed.length === 1)
    expect(closed).toEqual([0])
    expect(time.running).toBe(0)
    expect(fars).toHaveLength(1)
  })

  it('get no new session while one of them holds up the rest', async () => {
    const { open, servers, pool, fars } = startPool({ concurrency: 8 })
    let sink: Connection | undefined
    const signal = new AbortController().signal
    const stalled = await pool.take(signal, (client) => client.openStream(TARGET))
    stalled.start({
      onData: () => undefined,
      onEnd: () => undefined,
      onDrain: () => undefined,
      onClose: () => undefined,
    })
    stalled.pause()
    stalled.write(Uint8Array.of(1))
    await turns(() => servers[0]?.sessions === 1)
    sink = fars[0]
    for (let i = 0; i < 40; i++) sink?.write(keepFrame(8_192))
    await turns(undefined, 20)
    await open()
    expect(fars).toHaveLength(2)
  })

  it('lose their sessions with the connection, and are not used again', async () => {
    const { open, fars } = startPool()
    const stream = await open()
    fars[0]?.abort()
    await stream.untilClosed()
    expect(stream.fault?.code).toBe('TRANSPORT_RESET')
    await open()
    expect(fars).toHaveLength(2)
  })

  it('end with the outbound', async () => {
    const { open, pool, time } = startPool()
    const stream = await open()
    pool.close()
    await stream.untilClosed()
    expect(stream.fault?.code).toBe('RELAY_STOPPED')
    expect(time.running).toBe(0)
    expect(await codeOf(open())).toBe('DIAL_ABORTED')
  })
})

describe('a carrier that is dialled', () => {
  it('is waited for together, and given up when nobody waits any more', async () => {
    const { open, signals } = startPool({ dial: new Promise(() => undefined) })
    const [one, other] = [new AbortController(), new AbortController()]
    const both = [codeOf(open(one.signal)), codeOf(open(other.signal))]
    one.abort(new Fault('DIAL_TIMEOUT'))
    expect(await both[0]).toBe('DIAL_TIMEOUT')
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    other.abort(new Fault('DIAL_ABORTED'))
    expect(await both[1]).toBe('DIAL_ABORTED')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  it('fails for all who wait, and the next one tries anew', async () => {
    const dial = Promise.reject(new Fault('DIAL_REFUSED'))
    const { open, signals } = startPool({ dial })
    expect(await Promise.all([codeOf(open()), codeOf(open())])).toEqual(['DIAL_REFUSED', 'DIAL_REFUSED'])
    expect(await codeOf(open())).toBe('DIAL_REFUSED')
    expect(signals).toHaveLength(2)
  })
})

it('a name that cannot be sent is refused before anything is', async () => {
  const { pool, servers } = startPool()
  const signal = new AbortController().signal
  const bad = makeDestination('bücher.example', 1)
  expect(await codeOf(pool.take(signal, (client) => client.openStream(bad)))).toBe('VMESS_DOMAIN')
  expect(servers[0]?.sessions).toBe(0)
})

/** Keep of session 1, written by hand. */
function keepFrame(length: number): Uint8Array {
  const frame = new Uint8Array(8 + length)
  frame.set([0, 4, 0, 1, 2, 1, length >> 8, length & 0xff])
  return frame
}
