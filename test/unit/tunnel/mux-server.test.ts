/** A mux server and what clients may do to it. Frames are written out by hand. */
import { describe, expect, it } from 'vitest'
import { type Destination, formatDestination } from '../../../src/address/destination.js'
import { concat, fromHex, toHex } from '../../../src/bytes/bytes.js'
import type { Connection } from '../../../src/contracts/connection.js'
import type { PacketConnection } from '../../../src/contracts/datagram.js'
import { Fault } from '../../../src/faults/fault.js'
import { makePair, Recorder } from '../../../src/testing.js'
import { CARRIER_BACKLOG_BYTES, SESSION_BACKLOG_BYTES } from '../../../src/tunnel/mux-carrier.js'
import { MOST_SESSIONS, MuxServer } from '../../../src/tunnel/mux-server.js'
import { turns } from '../../support/inbound-bench.js'

const END_FAILED = '0302'
const END = '0300'

function u16(value: number): string {
  return value.toString(16).padStart(4, '0')
}

function newTcp(id: number): Uint8Array {
  return fromHex(`000c ${u16(id)} 01 00 01 01bb 01 08080808`)
}

function newUdp(id: number, text: string): Uint8Array {
  const data = Buffer.from(text)
  return concat([fromHex(`000c ${u16(id)} 01 01 02 0035 01 08080808 ${u16(data.length)}`), data])
}

function keep(id: number, data: Uint8Array): Uint8Array {
  return concat([fromHex(`0004 ${u16(id)} 02 01 ${u16(data.length)}`), data])
}

function end(id: number, status = END): Uint8Array {
  return fromHex(`0004 ${u16(id)} ${status}`)
}

interface Accepted {
  readonly stream: Connection
  readonly destination: Destination
}

function startServer(options: { readonly highWaterMark?: number } = {}) {
  const [near, far] = makePair(options)
  const streams: Accepted[] = []
  const packets: { received: string[]; packets: PacketConnection }[] = []
  const closes: (Fault | undefined)[] = []
  const server = new MuxServer(far, {
    onStream: (stream, destination) => {
      streams.push({ stream, destination })
    },
    onPackets: (session) => {
      const received: string[] = []
      session.start({
        onPacket: (payload, peer) => {
          received.push(`${Buffer.from(payload).toString()} for ${formatDestination(peer)}`)
        },
        onClose: (fault) => {
          received.push(`closed ${fault?.code ?? ''}`)
        },
      })
      packets.push({ received, packets: session })
    },
    onSessionEnd: () => undefined,
    onClose: (fault) => {
      closes.push(fault)
    },
  })
  return { client: near, server, streams, packets, closes }
}

function recorded() {
  const all = startServer()
  return { ...all, client: new Recorder(all.client, { endOnEnd: false }) }
}

describe('frames that cannot be', () => {
  it.each([
    ['metadata of no length', '0000', 'MUX_METADATA'],
    ['metadata of 65 535 bytes', 'ffff', 'MUX_METADATA'],
    ['an unknown status', '0004 0001 09 00', 'MUX_STATUS'],
    ['an unknown network', '000c 0001 01 00 07 01bb 01 08080808', 'MUX_NETWORK'],
    ['an address that is cut short', '0009 0001 01 00 01 01bb 01 08', 'WIRE_SHORT'],
    ['a session that is open already', `${toHex(newTcp(7))} ${toHex(newTcp(7))}`, 'MUX_SESSION_TAKEN'],
  ])('%s end the carrier and every session on it', async (_, hex, code) => {
    const { client, closes, streams } = recorded()
    client.connection.write(newTcp(1))
    await turns(() => streams.length === 1)
    const stream = new Recorder((streams[0] as Accepted).stream)
    client.connection.write(fromHex(hex))
    await Promise.all([client.untilClosed(), stream.untilClosed()])
    expect(closes.map((fault) => fault?.code)).toEqual([code])
    expect(stream.fault?.code).toBe(code)
  })

  it('an end inside a frame is told', async () => {
    const { client, closes } = recorded()
    client.connection.write(fromHex('0004 00'))
    client.connection.end()
    await client.untilClosed()
    expect(closes.map((fault) => fault?.code)).toEqual(['WIRE_TRUNCATED'])
  })
})

describe('sessions that are not there', () => {
  it('Keep is answered with End, and its data is dropped', async () => {
    const { client } = recorded()
    client.connection.write(keep(9, Buffer.from('lost')))
    await client.untilReceived(6)
    expect(toHex(client.bytes())).toBe(toHex(end(9)))
  })

  it('End and KeepAlive are not answered', async () => {
    const { client, streams } = recorded()
    client.connection.write(concat([end(9), end(9, END_FAILED), fromHex('0004 0009 04 00'), newTcp(1)]))
    await turns(() => streams.length === 1)
    expect(client.received).toBe(0)
  })

  it('a million Keeps from one who does not read cost an answer for each id at most', async () => {
    const { client, server } = startServer({ highWaterMark: 1_000 })
    // Nothing reads `client`: the answers stay where they are.
    for (let round = 0; round < 16; round++) {
      const frames = Array.from({ length: 4_096 }, (_, i) => keep(round * 4_096 + i, Uint8Array.of(1)))
      client.write(concat([...frames, ...frames]))
      await turns(() => client.unsent === 0)
    }
    expect(client.unsent).toBe(0)
    const reader = new Recorder(client)
    await reader.untilReceived(65_536 * 6)
    await turns(undefined, 20)
    expect(server.sessions).toBe(0)
    // Those few that found room at once may have been answered twice.
    expect(reader.received).toBeLessThan(65_536 * 6 + 2 * 1_000)
  })
})

it('of 65 535 streams opened at once, the first thousand are served and the others refused', async () => {
  const { client, server, streams } = recorded()
  for (let id = 1; id <= 65_535; id++) client.connection.write(newTcp(id))
  await client.untilReceived((65_535 - MOST_SESSIONS) * 6)
  expect(streams).toHaveLength(MOST_SESSIONS)
  expect(server.sessions).toBe(MOST_SESSIONS)
  expect(toHex(client.bytes().slice(0, 6))).toBe(toHex(end(MOST_SESSIONS + 1, END_FAILED)))
})

describe('a stream that nobody reads', () => {
  const piece = new Uint8Array(8_192)

  it('does not hold up its neighbours until it is over its limit, then the carrier is not read', async () => {
    const { client, streams } = recorded()
    client.connection.write(concat([newTcp(1), newTcp(2)]))
    await turns(() => streams.length === 2)
    const neighbour = new Recorder((streams[1] as Accepted).stream)
    const fitting = Math.floor(SESSION_BACKLOG_BYTES / piece.length)
    for (let i = 0; i < fitting; i++) client.connection.write(keep(1, piece))
    client.connection.write(keep(2, Buffer.from('passes')))
    await neighbour.untilReceived(6)
    for (let i = 0; i < 100; i++) client.connection.write(keep(1, piece))
    client.connection.write(keep(2, Buffer.from('waits')))
    await turns(undefined, 20)
    expect(neighbour.received).toBe(6)
    expect(client.connection.unsent).toBeGreaterThan(90 * piece.length)

    const reader = new Recorder((streams[0] as Accepted).stream)
    await Promise.all([neighbour.untilReceived(11), reader.untilReceived((fitting + 100) * piece.length)])
  })

  it('lets the others go on once it is given up', async () => {
    const { client, streams } = recorded()
    client.connection.write(concat([newTcp(1), newTcp(2)]))
    await turns(() => streams.length === 2)
    for (let i = 0; i < 200; i++) client.connection.write(keep(1, piece))
    client.connection.write(keep(2, Buffer.from('waits')))
    const neighbour = new Recorder((streams[1] as Accepted).stream)
    await turns(undefined, 20)
    expect(neighbour.received).toBe(0)
    const [stalled] = streams as [Accepted]
    stalled.stream.abort(new Fault('RELAY_IDLE'))
    await neighbour.untilReceived(5)
    expect(toHex(client.bytes().slice(0, 6))).toBe(toHex(end(1, END_FAILED)))
  })

  it('costs no more in company than the carrier may hold', async () => {
    const { client, streams } = recorded()
    const count = 64
    for (let id = 1; id <= count; id++) client.connection.write(newTcp(id))
    await turns(() => streams.length === count)
    const each = SESSION_BACKLOG_BYTES - piece.length
    for (let id = 1; id <= count; id++) {
      for (let sent = 0; sent < each; sent += piece.length) client.connection.write(keep(id, piece))
    }
    await turns(undefined, 20)
    const written = count * each
    expect(written - client.connection.unsent).toBeLessThan(CARRIER_BACKLOG_BYTES + 2 * 65_536)
    for (const { stream } of streams) stream.abort()
    await turns(() => client.connection.unsent === 0)
    expect(client.connection.unsent).toBe(0)
  })
})

describe('the ends of a stream', () => {
  async function opened() {
    const all = recorded()
    all.client.connection.write(newTcp(1))
    await turns(() => all.streams.length === 1)
    return { ...all, stream: new Recorder((all.streams[0] as Accepted).stream, { endOnEnd: false }) }
  }

  it('a target that fails is told as End with error', async () => {
    const { client, stream, server } = await opened()
    stream.connection.abort(new Fault('DIAL_REFUSED'))
    await client.untilReceived(6)
    expect(toHex(client.bytes())).toBe(toHex(end(1, END_FAILED)))
    expect(server.sessions).toBe(0)
  })

  it('End with error aborts it', async () => {
    const { client, stream } = await opened()
    client.connection.write(end(1, END_FAILED))
    await stream.untilClosed()
    expect(stream.fault?.code).toBe('MUX_SESSION_ABORTED')
  })

  it('End leaves the way back open', async () => {
    const { client, stream, server } = await opened()
    client.connection.write(end(1))
    await stream.untilEnd()
    stream.connection.write(Uint8Array.of(0x61))
    stream.connection.end()
    await Promise.all([stream.untilClosed(), client.untilReceived(9 + 6)])
    expect(toHex(client.bytes())).toBe(toHex(concat([keep(1, Uint8Array.of(0x61)), end(1)])))
    expect(stream.fault).toBeUndefined()
    expect(server.sessions).toBe(0)
  })

  it('a second End says that the client takes nothing more; what it sent is still delivered', async () => {
    const { client, streams } = recorded()
    client.connection.write(concat([newTcp(1), keep(1, Buffer.from('last words')), end(1), end(1)]))
    await turns(() => streams.length === 1)
    const stream = new Recorder((streams[0] as Accepted).stream, { endOnEnd: false })
    await stream.untilClosed()
    expect(Buffer.from(stream.bytes()).toString()).toBe('last words')
    expect(stream.ends).toBe(1)
    expect(stream.fault?.code).toBe('MUX_SESSION_ABORTED')
  })

  it('a carrier that ends takes its streams with it', async () => {
    const { client, stream } = await opened()
    client.connection.end()
    await Promise.all([stream.untilClosed(), client.untilClosed()])
    expect(stream.fault?.code).toBe('MUX_CARRIER_ENDED')
  })
})

describe('udp sessions', () => {
  it('take datagrams for the first target and for others', async () => {
    const { client, packets } = recorded()
    const toOther = fromHex('000c 0000 02 01 02 0035 01 01010101 0002 7132')
    client.connection.write(concat([newUdp(0, 'q'), toOther, keep(0, Buffer.from('q3'))]))
    await turns(() => packets[0]?.received.length === 3)
    expect(packets[0]?.received).toEqual(['q for 8.8.8.8:53', 'q2 for 1.1.1.1:53', 'q3 for 8.8.8.8:53'])
  })

  it('answer with the source, and drop what the client may not be able to take', async () => {
    const { client, packets } = recorded()
    client.connection.write(newUdp(3, 'q'))
    await turns(() => packets.length === 1)
    const from: Destination = { kind: 'ip', ip: Uint8Array.of(1, 1, 1, 1), port: 53 }
    packets[0]?.packets.send(new Uint8Array(2_049), from)
    packets[0]?.packets.send(Uint8Array.of(0x71), from)
    await client.untilReceived(17)
    expect(toHex(client.bytes())).toBe('000c00030201020035010101010100' + '0171')
    packets[0]?.packets.close()
    await client.untilReceived(23)
    expect(toHex(client.bytes().slice(-6))).toBe(toHex(end(3)))
  })

  it('of clients that know XUDP take more in one datagram', async () => {
    const { client, packets } = recorded()
    client.connection.write(newUdp(0, 'q'))
    await turns(() => packets.length === 1)
    const from: Destination = { kind: 'ip', ip: Uint8Array.of(1, 1, 1, 1), port: 53 }
    packets[0]?.packets.send(new Uint8Array(8_193), from)
    packets[0]?.packets.send(new Uint8Array(8_192), from)
    await client.untilReceived(16 + 8_192)
    await turns(undefined, 5)
    expect(client.received).toBe(16 + 8_192)
  })

  it('end with the carrier', async () => {
    const { client, packets } = recorded()
    client.connection.write(newUdp(1, 'q'))
    await turns(() => packets.length === 1)
    client.connection.abort()
    await turns(() => packets[0]?.received.length === 2)
    expect(packets[0]?.received[1]).toBe('closed TRANSPORT_RESET')
  })
})
