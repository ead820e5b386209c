import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import type { PacketConnection } from '../../../src/contracts/datagram.js'
import { makePacketPair } from '../../../src/testing.js'
import { LastingTable } from '../../../src/tunnel/lasting-packets.js'
import { turns } from '../../support/inbound-bench.js'

const PEER = makeDestination('8.8.8.8', 53)

/** A session as the client sees it, and what came through it. */
function attach(table: LastingTable, key: string, opened: PacketConnection[]) {
  const [client, session] = makePacketPair()
  const heard: string[] = []
  client.start({
    onPacket: (payload) => heard.push(Buffer.from(payload).toString()),
    onClose: () => undefined,
  })
  table.attach(key, session, (packets) => opened.push(packets))
  return { client, session, heard }
}

/** Stands for the outside of a source. */
function listen(packets: PacketConnection) {
  const seen: string[] = []
  packets.start({
    onPacket: (payload) => seen.push(Buffer.from(payload).toString()),
    onClose: () => seen.push('closed'),
  })
  return seen
}

const say = (to: PacketConnection, text: string): void => to.send(Buffer.from(text), PEER)

describe('a lasting source', () => {
  it('goes on through the next session with its id', async () => {
    const table = new LastingTable()
    const opened: PacketConnection[] = []
    const first = attach(table, 'a', opened)
    const [outside] = opened as [PacketConnection]
    const seen = listen(outside)
    say(first.client, 'one')
    await turns(() => seen.length === 1)
    first.session.close()
    await turns(() => table.waiting)
    say(outside, 'lost')
    const second = attach(table, 'a', opened)
    say(second.client, 'two')
    say(outside, 'back')
    await turns(() => seen.length === 2 && second.heard.length === 1)
    expect(opened).toHaveLength(1)
    expect(seen).toEqual(['one', 'two'])
    expect([first.heard, second.heard]).toEqual([[], ['back']])
    expect(table.waiting).toBe(false)
  })

  it('leaves a session that is open for a newer one', async () => {
    const table = new LastingTable()
    const opened: PacketConnection[] = []
    const first = attach(table, 'a', opened)
    const seen = listen(opened[0] as PacketConnection)
    const second = attach(table, 'a', opened)
    say(opened[0] as PacketConnection, 'back')
    await turns(() => second.heard.length === 1)
    expect(first.heard).toEqual([])
    expect(table.waiting).toBe(false)
    expect(seen).toEqual([])
  })

  it('is not that of another id', () => {
    const table = new LastingTable()
    const opened: PacketConnection[] = []
    attach(table, 'a', opened)
    attach(table, 'b', opened)
    expect(opened).toHaveLength(2)
  })

  it('is given up after a whole period without a session', async () => {
    const table = new LastingTable()
    const opened: PacketConnection[] = []
    const { session } = attach(table, 'a', opened)
    const seen = listen(opened[0] as PacketConnection)
    table.onTick()
    session.close()
    await turns(() => table.waiting)
    table.onTick()
    await turns()
    expect(seen).toEqual([])
    table.onTick()
    await turns(() => seen.length > 0)
    expect(seen).toEqual(['closed'])
    attach(table, 'a', opened)
    expect(opened).toHaveLength(2)
  })

  it('makes room when a thousand others wait', async () => {
    const table = new LastingTable()
    const opened: PacketConnection[] = []
    const seen: string[][] = []
    for (let i = 0; i <= 1_024; i++) {
      const { session } = attach(table, String(i), opened)
      seen.push(listen(opened.at(-1) as PacketConnection))
      session.close()
    }
    await turns(() => seen[0]?.length === 1)
    expect(seen[0]).toEqual(['closed'])
    expect(seen.slice(1).every((lines) => lines.length === 0)).toBe(true)
  })

  it('ends when its outside does', async () => {
    const table = new LastingTable()
    const opened: PacketConnection[] = []
    attach(table, 'a', opened)
    listen(opened[0] as PacketConnection)
    opened[0]?.close()
    attach(table, 'a', opened)
    expect(opened).toHaveLength(2)
  })

  it('waits no longer once the inbound closes', async () => {
    const table = new LastingTable()
    const opened: PacketConnection[] = []
    const { session } = attach(table, 'a', opened)
    const seen = listen(opened[0] as PacketConnection)
    attach(table, 'b', opened).session.close()
    const parked = listen(opened[1] as PacketConnection)
    await turns(() => table.waiting)
    table.close()
    await turns(() => parked.length === 1)
    expect([parked, seen]).toEqual([['closed'], []])
    session.close()
    await turns(() => seen.length === 1)
    expect(seen).toEqual(['closed'])
  })
})
