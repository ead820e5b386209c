import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import { makeDispatcher } from '../../../src/engine/dispatcher.js'
import { makeRoute } from '../../../src/engine/router.js'
import { Fault } from '../../../src/faults/fault.js'
import { makePacketPair, makePair, Recorder } from '../../../src/testing.js'
import {
  FACTS,
  type FakeOutboundOptions,
  makeFakeOutbound,
  makeFlowEnvironment,
  untilAborted,
} from '../../support/engine-fakes.js'
import { settle } from '../../support/relayed-pairs.js'

function makeEngine(options: FakeOutboundOptions = {}) {
  const given = makeFlowEnvironment()
  const outbound = makeFakeOutbound(options)
  const outbounds = new Map([[outbound.tag, outbound]])
  const { environment } = given
  const dispatcher = makeDispatcher({ environment, route: () => outbound.tag, outbounds })
  return { ...given, outbound, dispatcher }
}

describe('a dispatched connection', () => {
  it('reaches its outbound, is relayed, counted and reported', async () => {
    const { dispatcher, outbound, events, lines, clock, meters, live } = makeEngine()
    const opened = await dispatcher.open(FACTS, new AbortController())
    expect(outbound.flows).toEqual([opened.flow])
    expect(opened.flow).toEqual({ ...FACTS, id: opened.flow.id })
    const [applicationEnd, inboundSide] = makePair()
    const application = new Recorder(applicationEnd)
    const [targetEnd] = outbound.targets
    if (targetEnd === undefined) throw new Error('no connection was opened')
    const target = new Recorder(targetEnd)
    const relayed = opened.relay(inboundSide)
    expect(live.snapshot()).toMatchObject({ connections: 1, users: 1 })
    application.connection.write(new Uint8Array(100))
    await target.untilReceived(100)
    clock.advance(250)
    application.connection.end()
    await relayed
    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'closed'])
    expect(events[1]).toEqual({
      kind: 'closed',
      flow: opened.flow,
      outboundTag: 'out',
      uplinkBytes: 100,
      downlinkBytes: 0,
      durationMs: 250,
    })
    expect(lines).toEqual([
      { level: 'info', message: 'flow accepted', fields: lines[0]?.fields },
      { level: 'info', message: 'flow closed', fields: lines[1]?.fields },
    ])
    expect(lines[1]?.fields).toEqual({
      id: opened.flow.id,
      source: '10.0.0.1:1234',
      destination: 'tcp:example.com:443',
      inbound: 'in',
      outbound: 'out',
      email: 'a@b',
      uplinkBytes: 100,
      downlinkBytes: 0,
      durationMs: 250,
    })
    expect(meters.values().get('user>>>a@b>>>traffic>>>uplink')).toBe(100)
    expect(live.snapshot()).toEqual({ connections: 0, users: 0, uplinkBytes: 100, downlinkBytes: 0 })
  })

  it('gets a higher id than the one before', async () => {
    const { dispatcher } = makeEngine()
    const first = await dispatcher.open(FACTS, new AbortController())
    const second = await dispatcher.open(FACTS, new AbortController())
    expect(second.flow.id).toBe(first.flow.id + 1)
  })

  it('says in the log why it was closed', async () => {
    const { dispatcher, lines } = makeEngine()
    const opened = await dispatcher.open(FACTS, new AbortController())
    const [application, inboundSide] = makePair()
    const relayed = opened.relay(inboundSide)
    application.abort()
    await relayed
    expect(lines.at(-1)?.fields).toMatchObject({ code: 'TRANSPORT_RESET', reason: 'the connection broke' })
  })

  it('is released when the inbound no longer wants it', async () => {
    const { dispatcher, outbound, live, events } = makeEngine()
    const opened = await dispatcher.open(FACTS, new AbortController())
    opened.abandon()
    const [targetEnd] = outbound.targets
    if (targetEnd === undefined) throw new Error('no connection was opened')
    await new Recorder(targetEnd).untilClosed()
    expect(live.size).toBe(0)
    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'closed'])
  })
})

describe('a dial', () => {
  it('fails with the fault of the outbound, which is reported', async () => {
    const refused = new Fault('DIAL_REFUSED', { why: 'nobody there' })
    const { dispatcher, events, lines, live, time } = makeEngine({ before: () => Promise.reject(refused) })
    await expect(dispatcher.open(FACTS, new AbortController())).rejects.toBe(refused)
    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'failed'])
    expect(lines.at(-1)).toMatchObject({ level: 'warning', fields: { code: 'DIAL_REFUSED' } })
    expect(live.size).toBe(0)
    time.advance(1_000)
    expect(time.running).toBe(0)
  })

  it('is given up after sixteen seconds', async () => {
    const { dispatcher, time } = makeEngine({ before: untilAborted })
    const attempt = dispatcher.open(FACTS, new AbortController())
    const outcome = expect(attempt).rejects.toMatchObject({ code: 'DIAL_TIMEOUT' })
    time.advance(17_000)
    await outcome
  })

  it.each([
    ['with its fault', new Fault('DIAL_ABORTED', { why: 'the application went away' })],
    ['whatever the reason', new Error('gone')],
  ])('is given up when the inbound says so, %s', async (_, reason) => {
    const { dispatcher } = makeEngine({ before: untilAborted })
    const controller = new AbortController()
    const attempt = dispatcher.open(FACTS, controller)
    controller.abort(reason)
    await expect(attempt).rejects.toMatchObject({ code: 'DIAL_ABORTED' })
  })

  it('is not begun for an inbound that has given up already', async () => {
    const { dispatcher, outbound, live } = makeEngine()
    const controller = new AbortController()
    controller.abort()
    await expect(dispatcher.open(FACTS, controller)).rejects.toMatchObject({ code: 'DIAL_ABORTED' })
    expect([outbound.flows.length, live.size]).toEqual([0, 0])
  })

  it('is not lost when it answers too late', async () => {
    let answer: () => void = () => undefined
    const late = new Promise<void>((resolve) => {
      answer = resolve
    })
    const { dispatcher, outbound } = makeEngine({ before: () => late })
    const controller = new AbortController()
    const attempt = dispatcher.open(FACTS, controller)
    controller.abort(new Fault('DIAL_ABORTED'))
    answer()
    await expect(attempt).rejects.toMatchObject({ code: 'DIAL_ABORTED' })
    const [targetEnd] = outbound.targets
    if (targetEnd === undefined) throw new Error('no connection was opened')
    await new Recorder(targetEnd).untilClosed()
  })

  it('is ended with everything else', async () => {
    const { dispatcher, live } = makeEngine({ before: untilAborted })
    const attempt = dispatcher.open(FACTS, new AbortController())
    live.abortAll(new Fault('RELAY_STOPPED'))
    await expect(attempt).rejects.toMatchObject({ code: 'RELAY_STOPPED' })
    await live.empty()
  })
})

describe('a flow without an outbound', () => {
  it.each([
    ['no outbound at all', []],
    ['a tag that nobody has', [{ tag: 'gone' }]],
  ])('fails: %s', async (_, configured) => {
    const { environment, lines } = makeFlowEnvironment()
    const route = makeRoute({ outbounds: configured as never })
    const dispatcher = makeDispatcher({ environment, route, outbounds: new Map() })
    await expect(dispatcher.open(FACTS, new AbortController())).rejects.toMatchObject({
      code: 'RELAY_NO_OUTBOUND',
    })
    expect(lines.at(-1)?.fields.code).toBe('RELAY_NO_OUTBOUND')
    const [application, inboundSide] = makePacketPair()
    let fault: Fault | undefined
    inboundSide.start({ onPacket: () => undefined, onClose: (given) => (fault = given) })
    await dispatcher.relayPackets({ ...FACTS, network: 'udp' }, inboundSide)
    await settle()
    expect(fault?.code).toBe('RELAY_NO_OUTBOUND')
    application.close()
  })
})

describe('dispatched datagrams', () => {
  const UDP = { ...FACTS, network: 'udp', destination: makeDestination('1.1.1.1', 53) } as const

  it('are relayed until the inbound closes, and reported', async () => {
    const { dispatcher, outbound, events, live, lines } = makeEngine()
    const [application, inboundSide] = makePacketPair()
    const relayed = dispatcher.relayPackets(UDP, inboundSide)
    application.send(new Uint8Array(33), UDP.destination)
    await settle()
    const heard: number[] = []
    outbound.packetTargets[0]?.start({
      onPacket: (payload) => heard.push(payload.length),
      onClose: () => undefined,
    })
    await settle()
    expect(heard).toEqual([33])
    expect(live.snapshot()).toEqual({ connections: 1, users: 1, uplinkBytes: 33, downlinkBytes: 0 })
    inboundSide.close()
    await relayed
    expect(events.map(({ kind }) => kind)).toEqual(['accepted', 'closed'])
    expect(lines[0]?.fields.destination).toBe('udp:1.1.1.1:53')
    expect(live.snapshot().uplinkBytes).toBe(33)
  })

  it('end with the fault of an outbound that cannot be opened', async () => {
    const refused = new Fault('DIAL_REFUSED')
    const { dispatcher, events } = makeEngine({ before: () => Promise.reject(refused) })
    const [, inboundSide] = makePacketPair()
    await dispatcher.relayPackets(UDP, inboundSide)
    expect(events.at(-1)).toMatchObject({ kind: 'failed', fault: refused })
  })

  it('give up the outbound when the inbound closes meanwhile', async () => {
    const { dispatcher, events, time } = makeEngine({ before: untilAborted })
    const [, inboundSide] = makePacketPair()
    const relayed = dispatcher.relayPackets(UDP, inboundSide)
    inboundSide.close()
    await relayed
    expect(events.at(-1)?.kind).toBe('closed')
    time.advance(1_000)
    expect(time.running).toBe(0)
  })
})
