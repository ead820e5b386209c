import { describe, expect, it } from 'vitest'
import type { ListenConfig } from '../../../src/config/config.js'
import { DEFAULT_POLICY, type Policy } from '../../../src/config/policy.js'
import type { Connection } from '../../../src/contracts/connection.js'
import type { ConnectionServer, InboundSurroundings } from '../../../src/contracts/inbound.js'
import type { Transport } from '../../../src/contracts/transport.js'
import { Meter } from '../../../src/engine/meter.js'
import { Fault } from '../../../src/faults/fault.js'
import { makeAcceptor } from '../../../src/inbound/acceptor.js'
import {
  makeFakeClock,
  makeFakeTicker,
  makeMemoryTransport,
  makePair,
  makeSeededRandom,
  Recorder,
} from '../../../src/testing.js'
import { makeNotingLogger } from '../../support/engine-fakes.js'
import { settle } from '../../support/relayed-pairs.js'

const NEVER = new AbortController().signal
const AT_1001 = { kind: 'tcp', host: '127.0.0.1', port: 1001 } as const

interface Served {
  readonly connection: Recorder
  readonly headOver: () => void
}

function makeTested(
  options: {
    policy?: Partial<Policy>
    listen?: ListenConfig
    level?: number
    transport?: Transport
    full?: () => boolean
  } = {},
) {
  const time = makeFakeTicker()
  const { logger, lines } = makeNotingLogger()
  const network = options.transport ?? makeMemoryTransport()
  const served: Served[] = []
  const serve: ConnectionServer = (connection, headOver) => {
    served.push({ connection: new Recorder(connection), headOver })
  }
  const surroundings: InboundSurroundings = {
    clock: makeFakeClock(),
    random: makeSeededRandom(),
    logger,
    policy: (level) => ({ ...DEFAULT_POLICY, ...(level === (options.level ?? 0) ? options.policy : {}) }),
    ticker: time.ticker,
    transport: network,
    tally: { read: new Meter(), written: new Meter() },
    datagrams: { bind: () => Promise.reject(new Error('no datagrams here')) },
    dispatcher: {
      open: () => Promise.reject(new Error('nothing is dispatched here')),
      relayPackets: () => Promise.resolve(),
    },
  }
  const acceptor = makeAcceptor({
    tag: 'in',
    protocol: 'test',
    listen: options.listen ?? { kind: 'tcp', host: '127.0.0.1', ports: [1001] },
    surroundings,
    serve,
    ...(options.level !== undefined && { level: options.level }),
    hasDescriptors: () => options.full?.() !== true,
  })
  const dial = async (port = 1001): Promise<Recorder> =>
    new Recorder(await network.connect({ ...AT_1001, port }, { signal: NEVER }))
  return { acceptor, network, time, lines, served, dial }
}

describe('listening', () => {
  it('opens one listener per port', async () => {
    const { acceptor, dial, served } = makeTested({
      listen: { kind: 'tcp', host: '127.0.0.1', ports: [1001, 1002] },
    })
    await acceptor.start()
    expect(acceptor.listeners.map(({ endpoint }) => endpoint.port)).toEqual([1001, 1002])
    await dial(1001)
    await dial(1002)
    expect(served.length).toBe(2)
  })

  it('listens on a unix path', async () => {
    const { acceptor, network, served } = makeTested({ listen: { kind: 'unix', path: '/run/x' } })
    await acceptor.start()
    await network.connect({ kind: 'unix', path: '/run/x' }, { signal: NEVER })
    expect(served.length).toBe(1)
  })

  it('leaves nothing open when one of the ports is taken', async () => {
    const { acceptor, network, dial } = makeTested({
      listen: { kind: 'tcp', host: '127.0.0.1', ports: [1001, 1002] },
    })
    await network.listen({ ...AT_1001, port: 1002 }, { onConnection: () => undefined })
    await expect(acceptor.start()).rejects.toMatchObject({ code: 'TRANSPORT_LISTEN' })
    expect(acceptor.listeners).toEqual([])
    await expect(dial(1001)).rejects.toMatchObject({ code: 'DIAL_REFUSED' })
  })

  it('tells the log of an accept that failed', async () => {
    const transport: Transport = {
      name: 'poor',
      connect: () => Promise.reject(new Fault('DIAL_REFUSED')),
      listen: (_, { onFault }) => {
        onFault?.(new Fault('TRANSPORT_LISTEN', { why: 'too many open files' }))
        return Promise.resolve({ endpoint: { address: '', port: 0 }, close: () => Promise.resolve() })
      },
    }
    const { acceptor, lines } = makeTested({ transport })
    await acceptor.start()
    expect(lines.map(({ fields }) => fields)).toEqual([
      { inbound: 'in', code: 'TRANSPORT_LISTEN', reason: 'cannot listen: too many open files' },
    ])
  })
})

describe('the handshake time', () => {
  it('ends a connection that is still in its head', async () => {
    const { acceptor, dial, served, time } = makeTested({ policy: { handshakeMs: 4_000 } })
    await acceptor.start()
    const client = await dial()
    time.advance(4_000)
    await settle()
    expect(client.closes).toBe(0)
    time.advance(1_000)
    await client.untilClosed()
    expect(served[0]?.connection.fault?.code).toBe('RELAY_HEAD_TIMEOUT')
  })

  it('does not concern a connection whose head is over', async () => {
    const { acceptor, dial, served, time } = makeTested({ policy: { handshakeMs: 4_000 } })
    await acceptor.start()
    const client = await dial()
    served[0]?.headOver()
    served[0]?.headOver()
    time.advance(60_000)
    await settle()
    expect(client.closes).toBe(0)
    expect(time.running).toBe(0)
  })

  it('counts for each connection from its own accept', async () => {
    const { acceptor, dial, time } = makeTested({ policy: { handshakeMs: 4_000 } })
    await acceptor.start()
    const first = await dial()
    time.advance(3_000)
    const second = await dial()
    time.advance(2_000)
    await first.untilClosed()
    await settle()
    expect(second.closes).toBe(0)
    time.advance(3_000)
    await second.untilClosed()
  })

  it('is that of the given level', async () => {
    const { acceptor, dial, time } = makeTested({ policy: { handshakeMs: 2_000 }, level: 3 })
    await acceptor.start()
    const client = await dial()
    time.advance(3_000)
    await client.untilClosed()
  })

  it('of 0 lets nobody in', async () => {
    const { acceptor, dial, served } = makeTested({ policy: { handshakeMs: 0 } })
    await acceptor.start()
    await (await dial()).untilClosed()
    expect(served).toEqual([])
  })
})

describe('closing', () => {
  it('ends heads, keeps flows and accepts no more', async () => {
    const { acceptor, dial, served, time } = makeTested()
    await acceptor.start()
    const inHead = await dial()
    const flowing = await dial()
    served[1]?.headOver()
    await Promise.all([acceptor.close(), acceptor.close()])
    await inHead.untilClosed()
    expect(served[0]?.connection.fault?.code).toBe('RELAY_STOPPED')
    await settle()
    expect(flowing.closes).toBe(0)
    await expect(dial()).rejects.toMatchObject({ code: 'DIAL_REFUSED' })
    expect(time.running).toBe(0)
  })

  it('turns away what is accepted meanwhile', async () => {
    let accept: (connection: Connection) => void = () => undefined
    const network = makeMemoryTransport()
    const transport: Transport = {
      name: 'late',
      connect: (address, options) => network.connect(address, options),
      listen: (address, options) => {
        accept = options.onConnection
        return network.listen(address, options)
      },
    }
    const { acceptor, served } = makeTested({ transport })
    await acceptor.start()
    await acceptor.close()
    const [near, far] = makePair()
    accept(far)
    await new Recorder(near).untilClosed()
    expect(served).toEqual([])
  })
})

describe('a process without file descriptors', () => {
  it('closes the oldest silent connections and says why: TRANSPORT_DESCRIPTORS', async () => {
    let full = true
    const { acceptor, dial, time, lines, served } = makeTested({ full: () => full })
    await acceptor.start()
    for (let i = 0; i < 63; i++) await dial()
    time.advance(1_000)
    await settle()
    expect(served.filter(({ connection }) => connection.closes > 0)).toEqual([])
    await dial()
    time.advance(1_000)
    full = false
    time.advance(1_000)
    await settle()
    const closed = served.map(({ connection }) => connection.fault?.code)
    expect(closed).toEqual([...Array(16).fill('TRANSPORT_DESCRIPTORS'), ...Array(48).fill(undefined)])
    expect(lines).toMatchObject([
      { level: 'warning', fields: { inbound: 'in', code: 'TRANSPORT_DESCRIPTORS' } },
    ])
  })
})
