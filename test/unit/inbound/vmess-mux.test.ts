/** Mux at the VMess inbound: what reaches the dispatcher, and how long carriers and sources live. */
import { describe, expect, it } from 'vitest'
import { type Destination, formatDestination, makeDestination } from '../../../src/address/destination.js'
import type { MuxConfig, VmessOutboundSettings } from '../../../src/config/config.js'
import type { PacketConnection } from '../../../src/contracts/datagram.js'
import type { Flow } from '../../../src/contracts/flow.js'
import { Fault, isFault } from '../../../src/faults/fault.js'
import { makeVmessInbound } from '../../../src/inbound/vmess.js'
import { makeVmessOutbound } from '../../../src/outbound/vmess.js'
import { Recorder } from '../../../src/testing.js'
import { MuxClient } from '../../../src/tunnel/mux-client.js'
import { FACTS, type FakeOutboundOptions, untilAborted } from '../../support/engine-fakes.js'
import { LISTEN, makeInboundBench, STREAM, turns } from '../../support/inbound-bench.js'

const UUID = Uint8Array.from({ length: 16 }, (_, i) => i)
const SITE = makeDestination('example.com', 443)
const DNS = makeDestination('8.8.8.8', 53)
const OTHER = makeDestination('1.1.1.1', 53)
const QUIC = makeDestination('8.8.8.8', 443)
const MUX_COOL = makeDestination('v1.mux.cool', 9527)
const MUX: MuxConfig = { concurrency: 8, xudpConcurrency: 0, xudpProxyUdp443: 'reject' }
const TICK_MS = 60_000
const NEVER = new AbortController().signal

interface BenchOptions extends FakeOutboundOptions {
  readonly mux?: MuxConfig
  readonly packetEncoding?: NonNullable<VmessOutboundSettings['packetEncoding']>
}

/** Our outbound against our inbound, over memory. */
async function start({ mux, packetEncoding, ...fake }: BenchOptions = {}) {
  const bench = makeInboundBench(fake)
  const user = { uuid: UUID, alterId: 0, level: 0, email: 'ada' }
  const inbound = makeVmessInbound(
    {
      tag: 'in',
      protocol: 'vmess',
      listen: LISTEN,
      stream: STREAM,
      settings: { users: [user], disableInsecureEncryption: false },
    },
    bench.surroundings,
  )
  await inbound.start()
  const client = { ...user, security: 'aes-128-gcm', authenticatedLength: false } as const
  const servers = [{ address: '127.0.0.1', port: 1080, users: [{ ...client, noTerminationSignal: false }] }]
  const outbound = makeVmessOutbound(
    {
      tag: 'out',
      protocol: 'vmess',
      stream: STREAM,
      settings: { servers, ...(packetEncoding !== undefined && { packetEncoding }) },
      ...(mux !== undefined && { mux }),
    },
    bench.surroundings,
  )
  const flow = (destination: Destination, facts: Partial<Flow> = {}): Flow => ({
    ...FACTS,
    id: 1,
    destination,
    ...facts,
  })
  const connect = async (destination: Destination): Promise<Recorder> =>
    new Recorder(await outbound.connect(flow(destination), NEVER), { endOnEnd: false })
  return { ...bench, inbound, client: outbound, flow, connect }
}

/** Listens to datagrams; each as `text peer`. */
function listen(packets: PacketConnection): string[] {
  const heard: string[] = []
  packets.start({
    onPacket: (payload, peer) => heard.push(`${Buffer.from(payload).toString()} ${formatDestination(peer)}`),
    onClose: (fault) => heard.push(`closed ${fault?.code ?? ''}`),
  })
  return heard
}

/** The far end of the udp flow that was opened as the `index`-th. */
async function outsideOf(bench: Awaited<ReturnType<typeof start>>, index = 0): Promise<PacketConnection> {
  await turns(() => bench.outbound.packetTargets[index] !== undefined)
  return bench.outbound.packetTargets[index] as PacketConnection
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no fault',
    (error: unknown) => (isFault(error) ? error.code : error),
  )
}

describe('streams of one carrier', () => {
  it('become flows of the user, one by one', async () => {
    const { connect, target, outbound } = await start({ mux: MUX })
    const streams = [await connect(SITE), await connect(DNS)] as const
    for (const stream of streams) stream.connection.write(Uint8Array.of(1))
    const ends = [await target(0), await target(1)] as const
    await Promise.all(ends.map((end) => end.untilReceived(1)))
    expect(
      outbound.flows.map(({ network, destination, email, inboundTag }) => ({
        network,
        destination,
        email,
        inboundTag,
      })),
    ).toEqual([
      { network: 'tcp', destination: SITE, email: 'ada', inboundTag: 'in' },
      { network: 'tcp', destination: DNS, email: 'ada', inboundTag: 'in' },
    ])
    ends[1].connection.write(Buffer.from('answer'))
    await streams[1].untilReceived(6)
    expect(streams[0].received).toBe(0)
  })

  it('fail alone', async () => {
    let attempts = 0
    const before = () => (attempts++ === 0 ? Promise.reject(new Fault('DIAL_REFUSED')) : Promise.resolve())
    const { connect, target } = await start({ mux: MUX, before })
    const [first, second] = [await connect(SITE), await connect(SITE)]
    first.connection.write(Uint8Array.of(1))
    await first.untilClosed()
    expect(first.fault?.code).toBe('MUX_SESSION_ABORTED')
    second.connection.write(Uint8Array.of(2))
    const end = await target(0)
    await end.untilReceived(1)
    expect(second.closes).toBe(0)
  })

  it('are given up while their target is dialled', async () => {
    let gaveUp = false
    const before = (signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        gaveUp = true
      })
      return untilAborted(signal)
    }
    const { connect, outbound } = await start({ mux: MUX, before })
    const stream = await connect(SITE)
    stream.connection.write(Uint8Array.of(1))
    await turns(() => outbound.flows.length === 1)
    stream.connection.abort()
    await turns(() => gaveUp)
    expect(gaveUp).toBe(true)
  })

  it('may come by a tcp request to v1.mux.cool', async () => {
    const { client, flow, target } = await start()
    const carrier = new MuxClient(await client.connect(flow(MUX_COOL), NEVER), {
      firstId: 1,
      onIdle: () => undefined,
      onClose: () => undefined,
    })
    const stream = new Recorder(carrier.openStream(SITE))
    stream.connection.write(Uint8Array.of(1))
    const end = await target(0)
    await end.untilReceived(1)
    end.connection.write(Uint8Array.of(1, 2))
    await stream.untilReceived(2)
  })
})

describe('a carrier', () => {
  it('without a session is closed at the second tick', async () => {
    const { client, flow, time } = await start()
    const carrier = new Recorder(await client.connect(flow(MUX_COOL), NEVER))
    // KeepAlive, which keeps nothing alive.
    carrier.connection.write(Uint8Array.of(0, 4, 0, 0, 4, 0))
    await turns(undefined, 20)
    time.advance(TICK_MS)
    await turns(undefined, 20)
    expect(carrier.closes).toBe(0)
    const closing = carrier.untilClosed()
    time.advance(TICK_MS)
    await closing
    expect(carrier.fault).toBeUndefined()
  })

  it('that makes no sense is closed, and the log says why', async () => {
    const { client, flow, lines } = await start()
    const carrier = new Recorder(await client.connect(flow(MUX_COOL), NEVER))
    carrier.connection.write(Uint8Array.of(0, 1))
    await carrier.untilClosed()
    expect(lines.find(({ message }) => message === 'mux carrier closed')?.fields).toMatchObject({
      code: 'MUX_METADATA',
      email: 'ada',
    })
  })

  it('without a session ends with the inbound', async () => {
    const { client, flow, inbound, time } = await start()
    const carrier = new Recorder(await client.connect(flow(MUX_COOL), NEVER))
    carrier.connection.write(Uint8Array.of(0, 4, 0, 0, 4, 0))
    await turns(undefined, 20)
    await inbound.close()
    await carrier.untilClosed()
    time.advance(2_000)
    expect(time.running()).toBe(0)
  })

  it('ends with its last session once the inbound closes', async () => {
    const { client, flow, inbound, target, time } = await start()
    const carrier = await client.connect(flow(MUX_COOL), NEVER)
    let closed = false
    const mux = new MuxClient(carrier, {
      firstId: 1,
      onIdle: () => undefined,
      onClose: () => {
        closed = true
      },
    })
    const stream = new Recorder(mux.openStream(SITE))
    stream.connection.write(Uint8Array.of(1))
    const end = await target(0)
    await end.untilReceived(1)
    await inbound.close()
    time.advance(TICK_MS)
    await turns(undefined, 20)
    expect([stream.closes, closed]).toEqual([0, false])
    end.connection.abort(new Fault('RELAY_STOPPED'))
    await stream.untilClosed()
    time.advance(2_000)
    await turns(() => closed)
    expect(closed).toBe(true)
    expect(time.running()).toBe(0)
  })
})

describe('datagrams', () => {
  const udp = { network: 'udp', inboundProtocol: 'socks' } as const

  it.each([
    ['xudp', undefined],
    ['xudp', MUX],
    ['packet', undefined],
    ['packet', MUX],
  ] as const)('of %s with mux %j are one flow for all peers', async (packetEncoding, mux) => {
    const bench = await start({ packetEncoding, ...(mux !== undefined && { mux }) })
    const packets = await bench.client.associate(bench.flow(DNS, udp), NEVER)
    const heard = listen(packets)
    packets.send(Buffer.from('a'), DNS)
    packets.send(Buffer.from('b'), OTHER)
    const outside = await outsideOf(bench)
    const seen = listen(outside)
    await turns(() => seen.length === 2)
    expect(seen).toEqual(['a 8.8.8.8:53', 'b 1.1.1.1:53'])
    outside.send(Buffer.from('hello'), QUIC)
    await turns(() => heard.length === 1)
    expect(heard).toEqual(['hello 8.8.8.8:443'])
    expect(bench.outbound.flows).toHaveLength(1)
  })

  it('of plain mux are a flow for each peer', async () => {
    const bench = await start({ mux: MUX })
    const packets = await bench.client.associate(bench.flow(DNS, udp), NEVER)
    const heard = listen(packets)
    packets.send(Buffer.from('a'), DNS)
    packets.send(Buffer.from('b'), OTHER)
    const outsides = [await outsideOf(bench, 0), await outsideOf(bench, 1)] as const
    const seen = outsides.map(listen)
    await turns(() => seen.every((lines) => lines.length === 1))
    expect(seen).toEqual([['a 8.8.8.8:53'], ['b 1.1.1.1:53']])
    outsides[1].send(Buffer.from('answer'), OTHER)
    await turns(() => heard.length === 1)
    expect(heard).toEqual(['answer 1.1.1.1:53'])
  })

  it('of one source go on through a new session, whose flow is the old one', async () => {
    const bench = await start({ packetEncoding: 'xudp', mux: MUX })
    const flow = bench.flow(DNS, udp)
    const first = await bench.client.associate(flow, NEVER)
    listen(first)
    first.send(Buffer.from('a'), DNS)
    const seen = listen(await outsideOf(bench))
    await turns(() => seen.length === 1)
    first.close()
    await turns(undefined, 20)
    const second = await bench.client.associate(flow, NEVER)
    const heard = listen(second)
    second.send(Buffer.from('b'), OTHER)
    await turns(() => seen.length === 2)
    expect(seen).toEqual(['a 8.8.8.8:53', 'b 1.1.1.1:53'])
    expect(bench.outbound.flows).toHaveLength(1)
    bench.outbound.packetTargets[0]?.send(Buffer.from('back'), OTHER)
    await turns(() => heard.length === 1)
    expect(heard).toEqual(['back 1.1.1.1:53'])
  })

  it('of another source, or of an inbound that stands for many, do not', async () => {
    const bench = await start({ packetEncoding: 'xudp', mux: MUX })
    const others: readonly Partial<Flow>[] = [
      udp,
      { ...udp, source: { address: '10.0.0.1', port: 9 } },
      { ...udp, inboundTag: 'other' },
      { ...udp, inboundProtocol: 'vmess' },
      { ...udp, inboundProtocol: 'vmess' },
    ]
    for (const facts of others) {
      const packets = await bench.client.associate(bench.flow(DNS, facts), NEVER)
      listen(packets)
      packets.send(Buffer.from('a'), DNS)
    }
    await outsideOf(bench, others.length - 1)
    expect(bench.outbound.packetTargets).toHaveLength(others.length)
  })

  it('to port 443 are refused, or go without mux', async () => {
    const refusing = await start({ mux: MUX })
    const flow = refusing.flow(QUIC, udp)
    expect(await codeOf(refusing.client.associate(flow, NEVER))).toBe('MUX_UDP_443')
    const skipping = await start({ mux: { ...MUX, xudpProxyUdp443: 'skip' }, packetEncoding: 'packet' })
    const packets = await skipping.client.associate(flow, NEVER)
    listen(packets)
    packets.send(Buffer.from('quic'), QUIC)
    const seen = listen(await outsideOf(skipping))
    await turns(() => seen.length === 1)
    expect(seen).toEqual(['quic 8.8.8.8:443'])
  })

  it('of packetaddr that name no peer are dropped, and the rest pass', async () => {
    const bench = await start()
    const magic = makeDestination('sp.packet-addr.v2fly.arpa', 0)
    const raw = await bench.client.associate(bench.flow(magic, udp), NEVER)
    listen(raw)
    raw.send(Uint8Array.of(9, 9, 9), magic)
    raw.send(Uint8Array.of(1, 8, 8), magic)
    raw.send(Uint8Array.of(1, 8, 8, 8, 8, 0, 53, 0x71), magic)
    const seen = listen(await outsideOf(bench))
    await turns(() => seen.length === 1)
    expect(seen).toEqual(['q 8.8.8.8:53'])
  })
})
