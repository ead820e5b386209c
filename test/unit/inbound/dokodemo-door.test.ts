import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import { toHex } from '../../../src/bytes/bytes.js'
import type { ListenConfig } from '../../../src/config/config.js'
import type { PacketConnection } from '../../../src/contracts/datagram.js'
import { Fault } from '../../../src/faults/fault.js'
import { makeDokodemoInbound } from '../../../src/inbound/dokodemo-door.js'
import type { FakeOutboundOptions } from '../../support/engine-fakes.js'
import { LISTEN, makeInboundBench, STREAM, textOf, turns } from '../../support/inbound-bench.js'

interface DoorOptions extends FakeOutboundOptions {
  readonly networks?: readonly ('tcp' | 'udp')[]
  readonly listen?: ListenConfig
}

function makeDoor({ networks = ['tcp', 'udp'], listen = LISTEN, ...options }: DoorOptions = {}) {
  const bench = makeInboundBench(options)
  const settings = { address: 'dns.example', port: 53, networks, userLevel: 3 }
  const inbound = makeDokodemoInbound(
    { tag: 'in', protocol: 'dokodemo-door', listen, stream: STREAM, settings },
    bench.surroundings,
  )
  return { ...bench, inbound }
}

const TARGET = makeDestination('dns.example', 53)

describe('a dokodemo-door', () => {
  it('relays tcp to its target from the first byte', async () => {
    const { inbound, connect, target, outbound } = makeDoor()
    await inbound.start()
    const client = await connect()
    client.connection.write(Buffer.from('hello'))
    const server = await target()
    await server.untilReceived(5)
    server.connection.write(Buffer.from('world'))
    await client.untilReceived(5)
    expect(textOf(client)).toBe('world')
    const entrance = client.connection.remote
    expect(outbound.flows[0]).toMatchObject({ destination: TARGET, network: 'tcp', level: 3, entrance })
  })

  it('keeps a half-close that comes at once', async () => {
    const { inbound, connect, target } = makeDoor()
    await inbound.start()
    const client = await connect()
    client.connection.end()
    const server = await target()
    await server.untilEnd()
    server.connection.write(Buffer.from('banner'))
    server.connection.end()
    await client.untilClosed()
    expect(textOf(client)).toBe('banner')
  })

  it('drops the connection when the target cannot be reached', async () => {
    const { inbound, connect } = makeDoor({ before: () => Promise.reject(new Fault('DIAL_REFUSED')) })
    await inbound.start()
    const client = await connect()
    await client.untilClosed()
    expect(client.received).toBe(0)
  })

  it('keeps a flow for each source of datagrams', async () => {
    const { inbound, datagrams, outbound } = makeDoor()
    await inbound.start()
    const [socket] = datagrams.sockets
    const [ann, bob] = [
      { address: '10.0.0.1', port: 1 },
      { address: '10.0.0.1', port: 2 },
    ]
    socket?.arrive(Uint8Array.of(0xaa), ann)
    socket?.arrive(Uint8Array.of(0xbb), bob)
    socket?.arrive(Uint8Array.of(0xac), ann)
    await turns(() => outbound.packetTargets.length === 2)
    const seen = outbound.packetTargets.map((packets: PacketConnection) => {
      const payloads: string[] = []
      packets.start({ onPacket: (payload) => payloads.push(toHex(payload)), onClose: () => undefined })
      return payloads
    })
    await turns(() => seen.flat().length === 3)
    expect(seen).toEqual([['aa', 'ac'], ['bb']])
    outbound.packetTargets[1]?.send(Uint8Array.of(0xcc), TARGET)
    await turns(() => socket?.sent.length === 1)
    expect(socket?.sent).toEqual([{ payload: Uint8Array.of(0xcc), to: bob }])
    const common = { destination: TARGET, onePeer: true, entrance: socket?.endpoint }
    expect(outbound.flows).toMatchObject([
      { ...common, source: ann },
      { ...common, source: bob },
    ])
  })

  it('forgets the source that was silent longest when there are too many', async () => {
    const { inbound, datagrams, outbound } = makeDoor()
    await inbound.start()
    const [socket] = datagrams.sockets
    const arrive = async (first: number, last = first) => {
      for (let port = first; port <= last; port++) {
        socket?.arrive(Uint8Array.of(1), { address: '10.0.0.1', port })
      }
      await turns(undefined, 20)
      return outbound.flows.length
    }
    expect(await arrive(1, 4_096)).toBe(4_096)
    // The first speaks again, so the second is now the one that was silent longest.
    expect(await arrive(1)).toBe(4_096)
    expect(await arrive(4_097)).toBe(4_097)
    expect(await arrive(1)).toBe(4_097)
    expect(await arrive(2)).toBe(4_098)
  })

  it('listens for UDP where tcp listens', async () => {
    const { inbound } = makeDoor({ listen: { kind: 'tcp', host: '127.0.0.1', ports: [0] } })
    await inbound.start()
    const [tcp, udp] = inbound.listeners
    expect(inbound.listeners).toHaveLength(2)
    expect(udp?.endpoint).toEqual(tcp?.endpoint)
    await inbound.close()
    expect(inbound.listeners).toEqual([])
  })

  it('needs no tcp for UDP', async () => {
    const { inbound, datagrams } = makeDoor({ networks: ['udp'] })
    await inbound.start()
    expect(inbound.listeners.map(({ endpoint }) => endpoint.port)).toEqual([1080])
    await inbound.close()
    expect(datagrams.sockets[0]?.closed).toBe(true)
  })

  it('has no UDP on a unix path, and then opens nothing', async () => {
    const { inbound } = makeDoor({ listen: { kind: 'unix', path: '/door' } })
    await expect(inbound.start()).rejects.toMatchObject({ code: 'TRANSPORT_LISTEN' })
    expect(inbound.listeners).toEqual([])
  })
})
