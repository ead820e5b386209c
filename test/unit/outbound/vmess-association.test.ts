/** Datagrams of one source over a VMess outbound: one connection for each peer. */
import { describe, expect, it } from 'vitest'
import { type Destination, makeDestination } from '../../../src/address/destination.js'
import type { PacketConnection, PacketHandler } from '../../../src/contracts/datagram.js'
import { Fault } from '../../../src/faults/fault.js'
import { VmessAssociation } from '../../../src/outbound/vmess-association.js'
import { turns } from '../../support/inbound-bench.js'
import {
  answer,
  FLOW,
  makeOutboundScene,
  openOne,
  readRequest,
  requestOf,
  serverAt,
} from '../../support/vmess-outbound.js'

const NEVER = new AbortController().signal
const text = (value: string): Uint8Array => Buffer.from(value)
const peer = (port: number): Destination => makeDestination('8.8.8.8', port)

/** Writes down what a source hears. */
function noting() {
  const heard: string[] = []
  const handler: PacketHandler = {
    onPacket: (payload, from) => heard.push(`${Buffer.from(payload).toString()} from ${from.port}`),
    onClose: (fault) => heard.push(`closed ${fault?.code ?? 'in order'}`),
  }
  return { heard, handler }
}

describe('over a server', () => {
  async function associated() {
    const scene = await openOne()
    const packets = await scene.outbound.associate(FLOW, NEVER)
    const { heard, handler } = noting()
    packets.start(handler)
    return { ...scene, packets, heard }
  }

  it('each peer has a connection, whose head leaves with the first datagram', async () => {
    const { server, packets, heard } = await associated()
    packets.send(text('one'), peer(53))
    packets.send(text('two'), peer(54))
    packets.send(text('three'), peer(53))
    const a = await requestOf(server, 0)
    const b = await requestOf(server, 1)
    expect(server.clients.length).toBe(2)
    const head = readRequest(a.client.chunks[0] as Uint8Array)
    expect(head?.pieces.map((piece) => Buffer.from(piece).toString())).toEqual(['one'])
    await turns(() => a.client.chunks.length > 1)
    const first = readRequest(a.client.bytes())
    expect(first?.pieces.map((piece) => Buffer.from(piece).toString())).toEqual(['one', 'three'])
    expect(first?.header).toMatchObject({ command: 'udp', destination: peer(53), options: 0x0d })
    expect(b.request.header.destination).toEqual(peer(54))
    b.client.connection.write(answer(b.request, 'reply', 'again'))
    await turns(() => heard.length === 2)
    expect(heard).toEqual(['reply from 54', 'again from 54'])
  })

  it('a connection that the server ends is made anew by the next datagram', async () => {
    const { server, packets, heard } = await associated()
    packets.send(text('one'), peer(53))
    const { client, request } = await requestOf(server, 0)
    client.connection.write(answer(request, 'reply'))
    client.connection.end()
    await client.untilClosed()
    packets.send(text('two'), peer(53))
    const again = await requestOf(server, 1)
    expect(again.request.text()).toBe('two')
    expect(heard).toEqual(['reply from 53'])
  })

  it('closes all of them together', async () => {
    const { server, packets, heard } = await associated()
    for (const port of [53, 54, 55]) packets.send(text('x'), peer(port))
    for (const index of [0, 1, 2]) await requestOf(server, index)
    packets.close(new Fault('RELAY_IDLE'))
    packets.close()
    packets.send(text('late'), peer(56))
    for (const client of server.clients) await client.untilClosed()
    expect([heard, server.clients.length]).toEqual([['closed RELAY_IDLE'], 3])
  })

  it('a server that cannot be reached ends the association', async () => {
    const packets = await makeOutboundScene()
      .outboundTo([serverAt(1)])
      .associate(FLOW, NEVER)
    const { heard, handler } = noting()
    packets.start(handler)
    packets.send(text('x'), peer(53))
    await turns(() => heard.length > 0)
    expect(heard).toEqual(['closed DIAL_REFUSED'])
  })

  it.each([
    ['none', 0x05],
    ['zero', 0x01],
    ['aes-128-cfb', 0x01],
  ] as const)('security %s keeps the bounds of datagrams', async (security, options) => {
    const { server, outbound, users } = await openOne({ security })
    const packets = await outbound.associate(FLOW, NEVER)
    packets.start(noting().handler)
    packets.send(text('one'), peer(53))
    packets.send(text('two'), peer(53))
    const { client } = await requestOf(server, 0, users)
    await turns(() => client.chunks.length > 1, 10)
    const request = readRequest(client.bytes(), users)
    expect(request?.header.options).toBe(options)
    expect(request?.pieces.map((piece) => Buffer.from(piece).toString())).toEqual(['one', 'two'])
  })
})

/** Peers that open when a test says so. */
function manual() {
  const opened: {
    peer: Destination
    signal: AbortSignal
    sent: string[]
    closed: boolean
    handler?: PacketHandler
  }[] = []
  const settle: { resolve: (packets: PacketConnection) => void; reject: (error: unknown) => void }[] = []
  const association = new VmessAssociation((destination, signal) => {
    opened.push({ peer: destination, signal, sent: [], closed: false })
    return new Promise((resolve, reject) => settle.push({ resolve, reject }))
  })
  const open = async (index: number): Promise<void> => {
    const entry = opened[index]
    if (entry === undefined) throw new Error(`no peer ${index}`)
    settle[index]?.resolve({
      start: (handler) => {
        entry.handler = handler
      },
      send: (payload) => entry.sent.push(Buffer.from(payload).toString()),
      close: () => {
        entry.closed = true
      },
    })
    await Promise.resolve()
  }
  const { heard, handler } = noting()
  association.start(handler)
  return { association, opened, settle, open, heard }
}

describe('while a connection is being made', () => {
  it('sixteen datagrams wait for it, in order; more are dropped', async () => {
    const { association, opened, open } = manual()
    for (let i = 0; i < 20; i++) association.send(text(`${i}`), peer(53))
    await open(0)
    association.send(text('after'), peer(53))
    expect(opened.length).toBe(1)
    expect(opened[0]?.sent).toEqual([...Array.from({ length: 16 }, (_, i) => `${i}`), 'after'])
  })

  it('an association that closes gives it up, and lets go what comes late', async () => {
    const { association, opened, open, heard } = manual()
    association.send(text('x'), peer(53))
    association.close()
    expect(opened[0]?.signal.aborted).toBe(true)
    await open(0)
    expect([opened[0]?.closed, opened[0]?.sent, heard]).toEqual([true, [], ['closed in order']])
  })

  it('a failure of a peer that made room does not end the others', async () => {
    const { association, opened, settle, heard } = manual()
    for (let port = 1; port <= 129; port++) association.send(text('x'), peer(port))
    expect(opened[0]?.signal.aborted).toBe(true)
    settle[0]?.reject(new Fault('DIAL_ABORTED'))
    await turns(undefined, 2)
    expect(heard).toEqual([])
  })
})

describe('with 128 peers', () => {
  it('the one unused for longest makes room for another', async () => {
    const { association, opened, open } = manual()
    for (let port = 1; port <= 128; port++) association.send(text('x'), peer(port))
    for (let index = 0; index < 128; index++) await open(index)
    expect(opened.some(({ closed }) => closed)).toBe(false)
    association.send(text('again'), peer(1))
    association.send(text('x'), peer(1_000))
    expect(opened.flatMap(({ closed }, index) => (closed ? [index] : []))).toEqual([1])
    association.send(text('still'), peer(1))
    expect(opened[0]?.sent).toEqual(['x', 'again', 'still'])
    association.send(text('anew'), peer(2))
    expect(opened.length).toBe(130)
    expect(opened[2]?.closed).toBe(true)
  })

  it('one that is gone by itself leaves its place', async () => {
    const { association, opened, open } = manual()
    for (let port = 1; port <= 128; port++) association.send(text('x'), peer(port))
    for (let index = 0; index < 128; index++) await open(index)
    opened[5]?.handler?.onClose()
    association.send(text('x'), peer(1_000))
    expect(opened.some(({ closed }) => closed)).toBe(false)
  })
})
