import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import { concat, fromHex, toHex } from '../../../src/bytes/bytes.js'
import type { PacketConnection } from '../../../src/contracts/datagram.js'
import { makeSocksInbound } from '../../../src/inbound/socks.js'
import { LISTEN, makeInboundBench, STREAM, turns } from '../../support/inbound-bench.js'
import { GREETING_PLAIN, ipv4, request5 } from '../../support/socks-bytes.js'

const ASSOCIATE = concat([GREETING_PLAIN, request5(3, ipv4([0, 0, 0, 0], 0))])
const APPLICATION = { address: '127.0.0.1', port: 5_555 }

async function associate(udpAddress?: string) {
  const bench = makeInboundBench()
  const settings = { udp: true, userLevel: 0, ...(udpAddress !== undefined && { udpAddress }) }
  const inbound = makeSocksInbound(
    { tag: 'in', protocol: 'socks', listen: LISTEN, stream: STREAM, settings },
    bench.surroundings,
  )
  await inbound.start()
  const client = await bench.connect()
  client.connection.write(ASSOCIATE)
  await client.untilReceived(12)
  const [socket] = bench.datagrams.sockets
  if (socket === undefined) throw new Error('no socket was bound')
  return { ...bench, inbound, client, socket }
}

function received(packets: PacketConnection) {
  const seen: { payload: string; peer: unknown }[] = []
  let closed = false
  packets.start({
    onPacket: (payload, peer) => seen.push({ payload: toHex(payload), peer }),
    onClose: () => {
      closed = true
    },
  })
  return { seen, closed: () => closed }
}

describe('a SOCKS UDP association', () => {
  it('answers with where its socket is', async () => {
    const { client, socket } = await associate()
    const port = socket.endpoint.port.toString(16)
    expect(toHex(client.bytes())).toBe(`0500050000017f000001${port}`)
  })

  it('answers with the address of the configuration', async () => {
    const { client, socket } = await associate('192.0.2.1')
    expect(toHex(client.bytes())).toBe(`050005000001c0000201${socket.endpoint.port.toString(16)}`)
  })

  it('carries datagrams to many peers and back in one flow', async () => {
    const { socket, outbound } = await associate()
    socket.arrive(fromHex('000000 01 01020304 0035 aa'), APPLICATION)
    socket.arrive(fromHex('000000 03 01 62 0036 bb'), APPLICATION)
    await turns(() => outbound.packetTargets.length > 0)
    const [target] = outbound.packetTargets
    const { seen } = received(target as PacketConnection)
    await turns(() => seen.length === 2)
    expect(seen).toEqual([
      { payload: 'aa', peer: makeDestination('1.2.3.4', 53) },
      { payload: 'bb', peer: makeDestination('b', 54) },
    ])
    target?.send(Uint8Array.of(0xcc), makeDestination('9.9.9.9', 99))
    await turns(() => socket.sent.length > 0)
    expect(socket.sent.map(({ payload, to }) => [toHex(payload), to])).toEqual([
      ['00000001090909090063cc', APPLICATION],
    ])
    expect(outbound.flows).toHaveLength(1)
    expect(outbound.flows[0]).toMatchObject({ network: 'udp', destination: makeDestination('1.2.3.4', 53) })
  })

  it('drops fragments, nonsense, and what comes from elsewhere', async () => {
    const { socket, outbound, lines } = await associate()
    const good = fromHex('000000 01 01020304 0035 aa')
    socket.arrive(good, { address: '127.0.0.2', port: 5_555 })
    socket.arrive(fromHex('000001 01 01020304 0035 aa'), APPLICATION)
    socket.arrive(Uint8Array.of(0), APPLICATION)
    socket.arrive(good, { ...APPLICATION, port: 6_666 })
    await turns(undefined, 5)
    expect(outbound.flows).toEqual([])
    expect(lines.map(({ fields }) => fields.code)).toEqual(['SOCKS_FRAGMENT', 'WIRE_SHORT'])
  })

  it('ends with its connection', async () => {
    const { client, socket, outbound } = await associate()
    socket.arrive(fromHex('000000 01 01020304 0035 aa'), APPLICATION)
    await turns(() => outbound.packetTargets.length > 0)
    client.connection.end()
    await turns(() => socket.closed)
    expect(socket.closed).toBe(true)
    await client.untilClosed()
  })

  it('begins anew after its flow fell idle', async () => {
    const { socket, outbound, flows } = await associate()
    const good = fromHex('000000 01 01020304 0035 aa')
    socket.arrive(good, APPLICATION)
    await turns(() => outbound.packetTargets.length > 0)
    flows.time.advance(700_000)
    await turns(undefined, 10)
    expect(socket.closed).toBe(false)
    socket.arrive(good, APPLICATION)
    await turns(() => outbound.flows.length > 1)
    expect(outbound.flows).toHaveLength(2)
  })

  it('ends with its inbound when it carries nothing', async () => {
    const { inbound, socket, client } = await associate()
    await inbound.close()
    await client.untilClosed()
    expect(socket.closed).toBe(true)
  })
})
