import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import type { PacketConnection } from '../../../src/contracts/datagram.js'
import { Meter } from '../../../src/engine/meter.js'
import { PacketRelay } from '../../../src/engine/packet-relay.js'
import { Beat } from '../../../src/engine/timeouts.js'
import { Fault } from '../../../src/faults/fault.js'
import { makeFakeTicker, makePacketPair } from '../../../src/testing.js'
import { settle } from '../../support/relayed-pairs.js'

const DNS = makeDestination('1.1.1.1', 53)
const WEB = makeDestination('example.com', 443)

function listenTo(connection: PacketConnection) {
  const heard = { packets: [] as [number, number][], closes: 0, fault: undefined as Fault | undefined }
  connection.start({
    onPacket: (payload, peer) => {
      heard.packets.push([payload[0] ?? -1, peer.port])
    },
    onClose: (fault) => {
      heard.closes++
      heard.fault = fault
    },
  })
  return heard
}

function makeRelay(idleMs = 10_000) {
  const time = makeFakeTicker()
  const [application, inboundSide] = makePacketPair()
  const [outboundSide, target] = makePacketPair()
  const uplink = new Meter()
  const downlink = new Meter()
  const done: PacketRelay[] = []
  const relay = new PacketRelay({
    inboundSide,
    idleMs,
    beat: new Beat(time.ticker),
    uplink,
    downlink,
    onDone: (ended) => done.push(ended),
  })
  return { time, application, outboundSide, target, uplink, downlink, relay, done }
}

describe('a packet relay', () => {
  it('carries datagrams both ways with their peers, and counts them', async () => {
    const { application, outboundSide, target, relay, uplink, downlink } = makeRelay()
    relay.join(outboundSide)
    const atTarget = listenTo(target)
    const atApplication = listenTo(application)
    application.send(Uint8Array.of(1, 0, 0), DNS)
    application.send(Uint8Array.of(2), WEB)
    target.send(Uint8Array.of(3, 3), DNS)
    await settle()
    expect(atTarget.packets).toEqual([
      [1, 53],
      [2, 443],
    ])
    expect(atApplication.packets).toEqual([[3, 53]])
    expect([uplink.bytes, downlink.bytes, relay.uplinkBytes, relay.downlinkBytes]).toEqual([4, 2, 4, 2])
  })

  it('keeps the first sixteen datagrams until the outbound is open, and drops the rest', async () => {
    const { application, outboundSide, target, relay } = makeRelay()
    const atTarget = listenTo(target)
    for (let i = 0; i < 20; i++) application.send(Uint8Array.of(i), DNS)
    await settle()
    relay.join(outboundSide)
    application.send(Uint8Array.of(99), DNS)
    await settle()
    expect(atTarget.packets.map(([first]) => first)).toEqual([...Array(16).keys(), 99])
  })

  it('ends both sides when nothing moves', async () => {
    const { application, outboundSide, target, relay, time, done } = makeRelay()
    listenTo(target)
    const atApplication = listenTo(application)
    relay.join(outboundSide)
    time.advance(8_000)
    application.send(Uint8Array.of(1), DNS)
    await settle()
    time.advance(9_000)
    await settle()
    expect(done).toEqual([])
    time.advance(3_000)
    await settle()
    expect(done.map(({ cause }) => cause?.code)).toEqual(['RELAY_IDLE'])
    expect(atApplication.closes).toBe(0)
    expect(time.running).toBe(1)
    time.advance(1_000)
    expect(time.running).toBe(0)
  })

  it('ends the outbound when the inbound closes', async () => {
    const { outboundSide, relay, done } = makeRelay()
    relay.join(outboundSide)
    const cause = new Fault('RELAY_STOPPED')
    relay.abort(cause)
    relay.abort(new Fault('RELAY_IDLE'))
    await settle()
    expect(done.map((ended) => ended.cause)).toEqual([cause])
    expect(relay.done).toBe(true)
  })

  it('closes an outbound that comes after the inbound has gone', async () => {
    const { outboundSide, relay, done } = makeRelay()
    relay.abort()
    await settle()
    expect(done.length).toBe(1)
    relay.join(outboundSide)
    const late = listenTo(outboundSide)
    await settle()
    expect(late.closes).toBe(1)
  })
})
