import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { formatDestination, makeDestination } from '../../../src/address/destination.js'
import type { FreedomSettings } from '../../../src/config/config.js'
import { DEFAULT_POLICY } from '../../../src/config/policy.js'
import type { Flow } from '../../../src/contracts/flow.js'
import type { Transport } from '../../../src/contracts/transport.js'
import { Fault } from '../../../src/faults/fault.js'
import { makeFreedomOutbound } from '../../../src/outbound/freedom.js'
import { type Resolve, systemResolve } from '../../../src/outbound/resolve.js'
import { makeFakeClock, makePair, makeSeededRandom, Recorder } from '../../../src/testing.js'
import { makeTcpTransport } from '../../../src/transport/tcp.js'
import { makeUdpTransport } from '../../../src/transport/udp.js'
import { FACTS, makeNotingLogger } from '../../support/engine-fakes.js'
import { freePort } from '../../support/free-port.js'
import { makeMemoryDatagrams, textOf, turns } from '../../support/inbound-bench.js'

const NEVER = new AbortController().signal
const NOTHING = { add: () => undefined }

interface Options {
  readonly settings?: Partial<FreedomSettings>
  readonly sendThrough?: string
  readonly names?: Readonly<Record<string, readonly string[]>>
  readonly resolve?: Resolve
  readonly transport?: Transport
  readonly real?: boolean
}

function makeFreedom({ settings, sendThrough, names, resolve, transport, real = false }: Options = {}) {
  const datagrams = makeMemoryDatagrams()
  const { logger, lines } = makeNotingLogger()
  const outbound = makeFreedomOutbound(
    {
      tag: 'direct',
      protocol: 'freedom',
      stream: { network: 'tcp', security: 'none' },
      settings: { domainStrategy: 'AsIs', userLevel: 0, ...settings },
      ...(sendThrough !== undefined && { sendThrough }),
    },
    {
      clock: makeFakeClock(),
      random: makeSeededRandom(),
      logger,
      policy: () => DEFAULT_POLICY,
      datagrams: real ? makeUdpTransport() : datagrams,
      transport: transport ?? makeTcpTransport(),
      tally: { read: NOTHING, written: NOTHING },
      ...(resolve !== undefined && { resolve }),
      ...(names !== undefined && {
        resolve: (host) => {
          const addresses = names[host]
          return addresses === undefined ? Promise.reject(new Fault('DIAL_NAME')) : Promise.resolve(addresses)
        },
      }),
    },
  )
  return { outbound, datagrams, lines }
}

function flowTo(host: string, port: number): Flow {
  return { ...FACTS, id: 1, destination: makeDestination(host, port) }
}

/** A transport that notes where it is asked to go. */
function makeNotingTransport() {
  const dials: string[] = []
  const transport: Transport = {
    name: 'noting',
    connect: (address, { localAddress }) => {
      if (address.kind === 'tcp') dials.push(`${localAddress ?? ''}>${address.host}:${address.port}`)
      return Promise.resolve(makePair()[0])
    },
    listen: () => Promise.reject(new Fault('TRANSPORT_LISTEN')),
  }
  return { dials, transport }
}

const servers: Server[] = []

async function startEcho(host: string): Promise<number> {
  const server = createServer((socket) => socket.pipe(socket))
  servers.push(server)
  server.listen(0, host)
  await once(server, 'listening')
  return (server.address() as { port: number }).port
}

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done))
})

describe('freedom over tcp', () => {
  it.each(['127.0.0.1', 'localhost'])('reaches %s', async (host) => {
    const port = await startEcho('127.0.0.1')
    const { outbound } = makeFreedom()
    const peer = new Recorder(await outbound.connect(flowTo(host, port), NEVER))
    peer.connection.write(Buffer.from('hello'))
    await peer.untilReceived(5)
    peer.connection.end()
    await peer.untilClosed()
    expect(textOf(peer)).toBe('hello')
  })

  it('finds the family that listens', async () => {
    const port = await startEcho('127.0.0.1')
    const { outbound } = makeFreedom({ names: { two: ['::1', '127.0.0.1'] } })
    const peer = new Recorder(await outbound.connect(flowTo('two', port), NEVER))
    expect(peer.connection.remote).toEqual({ address: '127.0.0.1', port })
    peer.connection.abort()
    await peer.untilClosed()
  })

  it('begins with the PROXY header that the configuration asks for', async () => {
    const port = await startEcho('127.0.0.1')
    const { outbound } = makeFreedom({ settings: { proxyProtocol: 1 } })
    const source = { address: '203.0.113.9', port: 8080 }
    const peer = new Recorder(await outbound.connect({ ...flowTo('127.0.0.1', port), source }, NEVER))
    peer.connection.write(Buffer.from('hello'))
    const expected = `PROXY TCP4 203.0.113.9 127.0.0.1 8080 ${port}\r\nhello`
    await peer.untilReceived(expected.length)
    expect(textOf(peer)).toBe(expected)
    peer.connection.end()
    await peer.untilClosed()
  })

  it.each([
    ['127.0.0.1', 'its own door', '127.0.0.1'],
    ['name', 'a name for its own door', '127.0.0.1'],
    ['127.0.0.9', 'a door that listens on every address', '0.0.0.0'],
  ])('does not go to %s, %s: RELAY_LOOP', async (host, _, address) => {
    const { transport, dials } = makeNotingTransport()
    const { outbound } = makeFreedom({ transport, names: { name: ['127.0.0.1'] } })
    const attempt = outbound.connect({ ...flowTo(host, 80), entrance: { address, port: 80 } }, NEVER)
    await expect(attempt).rejects.toMatchObject({ code: 'RELAY_LOOP' })
    expect(dials).toEqual([])
    await outbound.connect({ ...flowTo(host, 81), entrance: { address, port: 80 } }, NEVER)
    expect(dials).toHaveLength(1)
  })

  it('says that a target refuses', async () => {
    const { outbound } = makeFreedom()
    const attempt = outbound.connect(flowTo('127.0.0.1', await freePort()), NEVER)
    await expect(attempt).rejects.toMatchObject({ code: 'DIAL_REFUSED' })
  })

  it('says that a name does not exist', async () => {
    const { outbound } = makeFreedom()
    // RFC 6761 keeps this name from ever existing, and resolvers from asking for it.
    await expect(outbound.connect(flowTo('nowhere.invalid', 80), NEVER)).rejects.toMatchObject({
      code: 'DIAL_NAME',
    })
  })

  it.each([
    ['AsIs', ['::1', '1.1.1.1'], '>[::1]:80'],
    ['UseIP', ['1.1.1.1', '::1'], '>1.1.1.1:80'],
    ['UseIPv4', ['::1', '1.1.1.1'], '>1.1.1.1:80'],
    ['UseIPv6', ['1.1.1.1', '::1'], '>[::1]:80'],
    ['UseIPv6', ['1.1.1.1'], '>1.1.1.1:80'],
  ] as const)('with %s of %j dials first %s', async (domainStrategy, addresses, expected) => {
    const { dials, transport } = makeNotingTransport()
    const { outbound } = makeFreedom({ settings: { domainStrategy }, names: { name: addresses }, transport })
    await outbound.connect(flowTo('name', 80), NEVER)
    expect(dials.map((dial) => dial.replace(/>(.*:.*):/, '>[$1]:'))).toEqual([expected])
  })

  it.each([
    [{ host: '9.9.9.9', port: 99 }, '>9.9.9.9:99'],
    [{ host: '', port: 99 }, '>1.2.3.4:99'],
    [{ host: '9.9.9.9', port: 0 }, '>9.9.9.9:80'],
  ])('redirected to %j dials %s', async (redirect, expected) => {
    const { dials, transport } = makeNotingTransport()
    const { outbound } = makeFreedom({ settings: { redirect }, transport })
    await outbound.connect(flowTo('1.2.3.4', 80), NEVER)
    expect(dials).toEqual([expected])
  })

  it('sends through an address, and to its family', async () => {
    const { dials, transport } = makeNotingTransport()
    const names = { name: ['::1', '1.1.1.1'], six: ['::1'] }
    const { outbound } = makeFreedom({ sendThrough: '10.0.0.1', names, transport })
    await outbound.connect(flowTo('name', 80), NEVER)
    expect(dials).toEqual(['10.0.0.1>1.1.1.1:80'])
    await expect(outbound.connect(flowTo('six', 80), NEVER)).rejects.toMatchObject({
      code: 'DIAL_UNREACHABLE',
    })
  })
})

describe('systemResolve', () => {
  it('stops waiting when told to', async () => {
    const reason = new Fault('DIAL_TIMEOUT')
    await expect(systemResolve('localhost', AbortSignal.abort(reason))).rejects.toBe(reason)
    const controller = new AbortController()
    const attempt = systemResolve('localhost', controller.signal)
    controller.abort('enough')
    await expect(attempt).rejects.toMatchObject({ code: 'DIAL_ABORTED' })
  })
})

describe('freedom over UDP', () => {
  it('carries datagrams of any size to many peers and back with their source', async () => {
    const udp = makeUdpTransport()
    const echoes = await Promise.all([1, 2].map(() => udp.bind({ address: '127.0.0.1', port: 0 }, {})))
    for (const echo of echoes) {
      echo.start({ onDatagram: (payload, from) => echo.send(payload, from), onClose: () => undefined })
    }
    const [a, b] = echoes.map(({ endpoint }) => endpoint.port)
    const { outbound } = makeFreedom({ real: true, names: { name: ['127.0.0.1'] } })
    const packets = await outbound.associate(flowTo('127.0.0.1', 1), NEVER)
    const seen: string[] = []
    let told = () => {}
    const all = new Promise<void>((done) => (told = done))
    packets.start({
      onPacket: (payload, peer) => {
        seen.push(`${formatDestination(peer)} ${payload.length}`)
        if (seen.length === 3) told()
      },
      onClose: () => undefined,
    })
    packets.send(new Uint8Array(65_507), makeDestination('127.0.0.1', a ?? 0))
    packets.send(new Uint8Array(1), makeDestination('name', b ?? 0))
    packets.send(new Uint8Array(0), makeDestination('name', a ?? 0))
    await all
    packets.close()
    for (const echo of echoes) echo.close()
    expect(seen.sort()).toEqual([`127.0.0.1:${a} 0`, `127.0.0.1:${a} 65507`, `127.0.0.1:${b} 1`].sort())
  })

  it('has one socket per family and asks for a name once', async () => {
    const { outbound, datagrams } = makeFreedom({ names: { four: ['1.1.1.1'], six: ['::2'] } })
    const packets = await outbound.associate(flowTo('four', 1), NEVER)
    for (let i = 0; i < 3; i++) {
      packets.send(Uint8Array.of(i), makeDestination('four', 4))
      packets.send(Uint8Array.of(i), makeDestination('six', 6))
      await turns(undefined, 3)
    }
    const sent = datagrams.sockets.map(({ endpoint, sent }) => [
      endpoint.address,
      ...sent.map(({ payload, to }) => `${payload[0]} ${to.address} ${to.port}`),
    ])
    expect(sent).toEqual([
      ['0.0.0.0', '0 1.1.1.1 4', '1 1.1.1.1 4', '2 1.1.1.1 4'],
      ['::', '0 ::2 6', '1 ::2 6', '2 ::2 6'],
    ])
    packets.close()
    expect(datagrams.sockets.map(({ closed }) => closed)).toEqual([true, true])
  })

  it('sends from the address of sendThrough, and to where redirect says', async () => {
    const settings = { redirect: { host: '9.9.9.9', port: 0 } }
    const { outbound, datagrams } = makeFreedom({ sendThrough: '10.0.0.1', settings })
    const packets = await outbound.associate(flowTo('1.1.1.1', 1), NEVER)
    packets.send(Uint8Array.of(1), makeDestination('1.1.1.1', 53))
    await turns(() => datagrams.sockets[0]?.sent.length === 1)
    expect(datagrams.sockets[0]?.endpoint.address).toBe('10.0.0.1')
    expect(datagrams.sockets[0]?.sent[0]?.to).toEqual({ address: '9.9.9.9', port: 53 })
  })

  it('holds no more than 64 datagrams while it asks for a name', async () => {
    let answer: (addresses: readonly string[]) => void = () => {}
    const { outbound, datagrams } = makeFreedom({ resolve: () => new Promise((done) => (answer = done)) })
    const packets = await outbound.associate(flowTo('slow', 1), NEVER)
    for (let i = 0; i < 100; i++) packets.send(Uint8Array.of(i), makeDestination('slow', 53))
    answer(['1.1.1.1'])
    await turns(() => (datagrams.sockets[0]?.sent.length ?? 0) >= 64)
    await turns(undefined, 5)
    expect(datagrams.sockets[0]?.sent.map(({ payload }) => payload[0])).toEqual([...Array(64).keys()])
    packets.send(Uint8Array.of(200), makeDestination('slow', 53))
    expect(datagrams.sockets[0]?.sent).toHaveLength(65)
  })

  it('takes answers of the one peer alone where there is only one', async () => {
    const { outbound, datagrams } = makeFreedom({ names: { name: ['1.1.1.1'] } })
    const packets = await outbound.associate({ ...flowTo('name', 53), onePeer: true }, NEVER)
    const seen: string[] = []
    packets.start({ onPacket: (payload) => seen.push(String(payload[0])), onClose: () => undefined })
    packets.send(Uint8Array.of(1), makeDestination('name', 53))
    await turns(() => datagrams.sockets[0]?.sent.length === 1)
    const answers = [
      { address: '9.9.9.9', port: 53 },
      { address: '1.1.1.1', port: 54 },
      { address: '1.1.1.1', port: 53 },
    ]
    for (const [i, from] of answers.entries()) datagrams.sockets[0]?.arrive(Uint8Array.of(i), from)
    await turns(undefined, 3)
    expect(seen).toEqual(['2'])
  })

  it('sends nothing back to where it came in: RELAY_LOOP', async () => {
    const { outbound, datagrams, lines } = makeFreedom()
    const entrance = { address: '0.0.0.0', port: 53 }
    const packets = await outbound.associate({ ...flowTo('127.0.0.1', 53), entrance }, NEVER)
    packets.send(Uint8Array.of(1), makeDestination('127.0.0.1', 53))
    await turns(() => lines.length > 0)
    packets.send(Uint8Array.of(1), makeDestination('127.0.0.1', 53))
    expect(lines.map(({ fields }) => fields.code)).toEqual(['RELAY_LOOP', 'RELAY_LOOP'])
    expect(datagrams.sockets[0]?.sent).toEqual([])
  })

  it('loses what goes to an unknown name, and says so', async () => {
    const { outbound, datagrams, lines } = makeFreedom({ names: {} })
    const packets = await outbound.associate(flowTo('gone', 1), NEVER)
    packets.send(Uint8Array.of(1), makeDestination('gone', 53))
    await turns(() => lines.length > 0)
    expect(lines[0]).toMatchObject({ level: 'info', fields: { code: 'DIAL_NAME' } })
    expect(datagrams.sockets).toEqual([])
  })

  it('tells its end once', async () => {
    const { outbound } = makeFreedom()
    const packets = await outbound.associate(flowTo('1.1.1.1', 1), NEVER)
    const closes: (string | undefined)[] = []
    packets.start({ onPacket: () => undefined, onClose: (fault) => closes.push(fault?.code) })
    packets.close(new Fault('RELAY_IDLE'))
    packets.close()
    await turns(undefined, 3)
    expect(closes).toEqual(['RELAY_IDLE'])
  })
})
