import { afterEach, describe, expect, it } from 'vitest'
import type { Config, InboundConfig, OutboundConfig } from '../../../src/config/config.js'
import { DEFAULT_POLICY } from '../../../src/config/policy.js'
import type { Connection } from '../../../src/contracts/connection.js'
import type { Transport } from '../../../src/contracts/transport.js'
import { type Instance, startInstance } from '../../../src/engine/instance.js'
import { makeFakeTicker, makeMemoryTransport, Recorder } from '../../../src/testing.js'
import { makeNotingLogger } from '../../support/engine-fakes.js'
import { settle } from '../../support/relayed-pairs.js'

const STREAM = { network: 'tcp', security: 'none' } as const
const TARGET = { kind: 'tcp', host: '127.0.0.1', port: 80 } as const
const NEVER = new AbortController().signal

function door(tag: string, port: number): InboundConfig {
  return {
    tag,
    protocol: 'dokodemo-door',
    listen: { kind: 'tcp', host: '127.0.0.1', ports: [port] },
    stream: STREAM,
    settings: { address: TARGET.host, port: TARGET.port, networks: ['tcp'], userLevel: 0 },
  }
}

function freedom(tag: string): OutboundConfig {
  return { tag, protocol: 'freedom', stream: STREAM, settings: { domainStrategy: 'AsIs', userLevel: 0 } }
}

function blackhole(tag: string): OutboundConfig {
  return { tag, protocol: 'blackhole', stream: STREAM, settings: { response: 'none' } }
}

function makeConfig(inbounds: readonly InboundConfig[], outbounds = [freedom('out')]): Config {
  return {
    log: { level: 'none', access: { to: 'off' }, error: { to: 'off' } },
    inbounds,
    outbounds,
    levels: new Map([[0, { policy: DEFAULT_POLICY, countUplink: true, countDownlink: true }]]),
    stats: {
      enabled: true,
      inboundUplink: true,
      inboundDownlink: true,
      outboundUplink: true,
      outboundDownlink: true,
    },
  }
}

const running: Instance[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((instance) => instance.stop()))
})

async function start(config: Config, network: Transport = makeMemoryTransport()) {
  const time = makeFakeTicker()
  const { logger, lines } = makeNotingLogger()
  const targets: Connection[] = []
  const target = await network.listen(TARGET, { onConnection: (connection) => targets.push(connection) })
  const instance = await startInstance(config, { logger, ticker: time.ticker, transports: { tcp: network } })
  running.push(instance)
  const dial = async (port: number): Promise<Recorder> =>
    new Recorder(await network.connect({ ...TARGET, port }, { signal: NEVER }))
  /** An application and the target at the far end, with one byte through already. */
  const connect = async (port: number) => {
    const application = await dial(port)
    application.connection.write(Uint8Array.of(1))
    await settle()
    const accepted = targets.at(-1)
    if (accepted === undefined) throw new Error('the target was not reached')
    const atTarget = new Recorder(accepted)
    await atTarget.untilReceived(1)
    return { application, target: atTarget }
  }
  return { instance, network, time, lines, dial, connect, target }
}

describe('a started instance', () => {
  it('says where it listens, carries flows and counts them', async () => {
    const { instance, connect } = await start(makeConfig([door('a', 1001), door('b', 0)]))
    expect(instance.listeners.map(({ tag, protocol }) => [tag, protocol])).toEqual([
      ['a', 'dokodemo-door'],
      ['b', 'dokodemo-door'],
    ])
    const [first, second] = instance.listeners.map(({ endpoint }) => endpoint.port)
    expect(first).toBe(1001)
    const { application, target } = await connect(second ?? 0)
    target.connection.write(new Uint8Array(41))
    await application.untilReceived(41)
    expect(instance.connections).toBe(1)
    expect(instance.snapshot()).toEqual({ connections: 1, users: 1, uplinkBytes: 1, downlinkBytes: 41 })
    expect(Object.fromEntries(instance.counters())).toEqual({
      'inbound>>>a>>>traffic>>>uplink': 0,
      'inbound>>>a>>>traffic>>>downlink': 0,
      'inbound>>>b>>>traffic>>>uplink': 1,
      'inbound>>>b>>>traffic>>>downlink': 41,
      'outbound>>>out>>>traffic>>>uplink': 1,
      'outbound>>>out>>>traffic>>>downlink': 41,
    })
  })

  it('sends flows to the first outbound', async () => {
    const { connect, dial, instance } = await start(
      makeConfig([door('a', 1001)], [blackhole('hole'), freedom('out')]),
    )
    const application = await dial(1001)
    application.connection.write(Uint8Array.of(1))
    await application.untilClosed()
    expect(instance.counters().get('outbound>>>out>>>traffic>>>uplink')).toBe(0)
    await expect(connect(1001)).rejects.toThrow('the target was not reached')
  })

  it('closes what is open when a later inbound cannot listen', async () => {
    const network = makeMemoryTransport()
    await expect(start(makeConfig([door('a', 1001), door('b', 1001)]), network)).rejects.toMatchObject({
      code: 'TRANSPORT_LISTEN',
    })
    await expect(network.connect({ ...TARGET, port: 1001 }, { signal: NEVER })).rejects.toMatchObject({
      code: 'DIAL_REFUSED',
    })
  })

  it('fails a flow when there is no outbound, and tells the log', async () => {
    const { dial, lines } = await start(makeConfig([door('a', 1001)], []))
    const application = await dial(1001)
    await application.untilClosed()
    expect(lines.map(({ fields }) => fields.code)).toContain('RELAY_NO_OUTBOUND')
  })
})

describe('stopping', () => {
  it('accepts no more, lets flows finish and then resolves', async () => {
    const { instance, network, connect, time } = await start(makeConfig([door('a', 1001)]))
    const { application, target } = await connect(1001)
    let stopped = false
    const stop = instance.stop({ graceMs: 5_000 }).then(() => {
      stopped = true
    })
    await settle()
    expect(stopped).toBe(false)
    await expect(network.connect({ ...TARGET, port: 1001 }, { signal: NEVER })).rejects.toMatchObject({
      code: 'DIAL_REFUSED',
    })
    target.connection.write(new Uint8Array(100))
    application.connection.end()
    await application.untilReceived(100)
    await stop
    expect(application.fault).toBeUndefined()
    time.advance(1_000)
    expect(time.running).toBe(0)
  })

  it('ends flows when the grace is over', async () => {
    const { instance, connect, time, lines } = await start(makeConfig([door('a', 1001)]))
    const { application, target } = await connect(1001)
    const stop = instance.stop({ graceMs: 5_000 })
    await settle()
    time.advance(4_000)
    await settle()
    expect(application.closes).toBe(0)
    time.advance(1_000)
    await stop
    await Promise.all([application.untilClosed(), target.untilClosed()])
    expect(lines.at(-1)?.fields.code).toBe('RELAY_STOPPED')
    expect(instance.connections).toBe(0)
  })

  it.each([
    ['without grace', (instance: Instance) => instance.stop()],
    ['twice', (instance: Instance) => Promise.all([instance.stop({ graceMs: 60_000 }), instance.stop()])],
    [
      'after abort',
      (instance: Instance) => {
        instance.abort()
        return instance.stop({ graceMs: 60_000 })
      },
    ],
  ])('ends at once %s', async (_, stop) => {
    const { instance, connect } = await start(makeConfig([door('a', 1001)]))
    const { application } = await connect(1001)
    await stop(instance)
    await application.untilClosed()
    expect(instance.connections).toBe(0)
  })
})
