/** What a peer can do to a session that knows mKCP and means no good, or is of another make. */
import { describe, expect, it } from 'vitest'
import { type ReceiveBudget, ReceiveWindow } from '../../../src/kcp/receive-window.js'
import type { AckSegment, ControlSegment, DataSegment, Segment } from '../../../src/kcp/segment.js'
import { KcpSession } from '../../../src/kcp/session.js'
import { tune } from '../../../src/kcp/tuning.js'
import { makeSeededRandom } from '../../../src/testing.js'
import { patternBytes } from '../../../src/testing/contract.js'
import { KcpNetwork, SETTINGS } from '../../support/kcp-network.js'

const NOW = 1_000_000
const TUNING = tune(SETTINGS, 6)
const COMMON = { conversation: 9, option: 0 }

function data(number: number, fields: Partial<DataSegment> = {}): DataSegment {
  const payload = patternBytes(100, number)
  return { ...COMMON, command: 'data', timestamp: 0, number, sendingNext: 0, payload, ...fields }
}

function ack(fields: Partial<AckSegment>): AckSegment {
  const numbers = { receivingWindow: 0, receivingNext: 0, timestamp: 0, numbers: [] }
  return { ...COMMON, command: 'ack', ...numbers, ...fields }
}

function control(command: ControlSegment['command'], option = 0): ControlSegment {
  return { ...COMMON, command, option, sendingNext: 0, receivingNext: 0, timeout: 100 }
}

/** A session alone, and what it sends. */
function alone(budget?: ReceiveBudget) {
  const sent: Segment[] = []
  const send = (segments: readonly Segment[]): void => void sent.push(...segments)
  const session = new KcpSession({ conversation: 9, tuning: TUNING, opens: false, now: NOW, send, budget })
  const said = (command: Segment['command']): readonly Segment[] => sent.filter((s) => s.command === command)
  return { session, sent, said }
}

describe('lies', () => {
  it('about what was received free nothing that was not sent', () => {
    const { session } = alone()
    session.push(patternBytes(5_000))
    session.flush(NOW)
    session.input([ack({ receivingNext: 0x7fffffff }), ack({ receivingNext: 0xffffffff })], NOW + 10)
    session.input([ack({ numbers: [100, 0xffffffff, 0x80000000] })], NOW + 10)
    expect(session.unsent).toBe(5_000)
  })

  it('about the window let no more be under way than our own limit', () => {
    const { session, said } = alone()
    session.push(patternBytes(5_000_000))
    session.input([ack({ receivingWindow: 0x7fffffff })], NOW)
    for (let turn = 0; turn < 500; turn++) session.flush(NOW)
    expect(said('data')).toHaveLength(TUNING.sendWindow)
  })

  it('about the window cannot take it back', () => {
    const { session, said } = alone()
    session.push(patternBytes(500_000))
    session.input([ack({ receivingWindow: 100 }), ack({ receivingWindow: 0xf0000000 })], NOW)
    for (let turn = 0; turn < 50; turn++) session.flush(NOW)
    expect(said('data')).toHaveLength(100)
  })

  it('about times make no timeout that is absurd', () => {
    const { session, said } = alone()
    session.push(patternBytes(10))
    session.flush(NOW)
    session.input([ack({ numbers: [0], timestamp: 0xfffffff0 }), control('ping')], NOW + 5)
    session.input([{ ...control('ping'), timeout: 0xffffffff }], NOW + 5_000)
    session.push(patternBytes(10))
    session.flush(NOW + 5_000)
    expect(said('ping').concat(said('data')).length).toBeGreaterThan(1)
    for (const ping of said('ping') as ControlSegment[]) expect(ping.timeout).toBeLessThanOrEqual(10_000)
    session.input([{ ...control('ping'), timeout: 0 }], NOW + 9_000)
    expect(session.flush(NOW + 9_000)).toBeGreaterThan(0)
  })

  it('of another conversation are not heard', () => {
    const { session } = alone()
    session.input([{ ...data(0), conversation: 8 }, data(0)], NOW)
    expect([session.heard, session.isReadable]).toEqual([false, false])
  })
})

describe('floods', () => {
  it('are held up to the window and not further', () => {
    const budget = { left: 100_000_000 }
    const { session } = alone(budget)
    for (let number = 0; number < 100_000; number += 7) session.input([data(number + 1)], NOW)
    expect(100_000_000 - budget.left).toBeLessThanOrEqual(TUNING.receiveWindow * 100)
    session.abort(undefined)
    expect(budget.left).toBe(100_000_000)
  })

  it('of payloads that no packet can carry are dropped', () => {
    const { session } = alone()
    session.input([data(0, { payload: new Uint8Array(2_049) })], NOW)
    expect(session.isReadable).toBe(false)
  })

  it('of repeats give one payload each, and few acks', () => {
    const { session, said } = alone()
    for (let turn = 0; turn < 100_000; turn++) session.input([data(0), data(5)], NOW)
    session.flush(NOW)
    expect(said('ack').length).toBeLessThanOrEqual(1 + TUNING.receiveWindow / 128)
    expect(session.read()).toHaveLength(100)
    expect(session.read()).toBeUndefined()
    session.input([data(0)], NOW)
    expect(session.read()).toBeUndefined()
  })

  it('share one memory', () => {
    const budget = { left: 250 }
    const [one, other] = [new ReceiveWindow(TUNING, budget), new ReceiveWindow(TUNING, budget)]
    for (const window of [one, other]) for (const number of [0, 1]) window.receive(data(number))
    expect(other.isReadable).toBe(false)
    one.read()
    other.receive(data(0))
    expect(other.isReadable).toBe(true)
    expect(other.takeAck()?.numbers).toEqual([0])
  })

  it('of endings after the end are answered a few times', () => {
    const { session, said } = alone()
    session.input([control('terminate', 2)], NOW)
    session.end()
    session.flush(NOW)
    expect(session.isOver).toBe(true)
    const before = said('terminate').length
    for (let turn = 0; turn < 100; turn++) {
      session.input([control('terminate', 2)], NOW + turn)
      session.flush(NOW + turn)
    }
    expect(said('terminate').length - before).toBe(5)
  })

  it('of any segments do no harm', () => {
    const random = makeSeededRandom(11)
    const commands = ['data', 'ack', 'ping', 'terminate'] as const
    for (let round = 0; round < 50; round++) {
      const { session } = alone()
      session.push(patternBytes(100_000))
      for (let turn = 0; turn < 200; turn++) {
        const view = new DataView(random(32).buffer)
        const word = (at: number): number =>
          view.getUint8(at) < 128 ? view.getUint8(at) : view.getUint32(at)
        const command = commands[view.getUint8(0) % (turn < 150 ? 3 : 4)] as Segment['command']
        const fields = {
          option: view.getUint8(1) % 3,
          number: word(4),
          timestamp: word(8),
          sendingNext: word(12),
        }
        const more = {
          receivingNext: word(16),
          receivingWindow: word(20),
          timeout: word(24),
          numbers: [word(4)],
        }
        session.input([{ ...data(0), ...fields, ...more, command } as Segment], NOW + turn * 20)
        const delay = session.flush(NOW + turn * 20)
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(session.unsent).toBeGreaterThanOrEqual(0)
        session.read()
      }
    }
  })
})

describe('a peer of another make', () => {
  it('that closes reads no more: what we had still to say is dropped, what it says is read', () => {
    const { session } = alone()
    session.push(patternBytes(5_000))
    session.flush(NOW)
    session.input([data(0, { option: 1 })], NOW)
    session.push(patternBytes(5_000))
    expect(session.unsent).toBe(0)
    expect([session.isEnded, session.isOver, session.read()?.length]).toEqual([false, false, 100])
    session.input([control('terminate')], NOW)
    session.end()
    session.flush(NOW)
    expect([session.isEnded, session.isOver, session.fault]).toEqual([true, true, undefined])
  })

  it('hears that its acks have arrived', () => {
    const { session, said } = alone()
    session.push(patternBytes(10))
    session.flush(NOW)
    session.input([ack({ receivingWindow: 700, receivingNext: 1 })], NOW + 5)
    const delay = session.flush(NOW + 5)
    expect(delay).toBeLessThanOrEqual(TUNING.ttiMs)
    session.flush(NOW + 5 + delay)
    expect(said('ping')).toMatchObject([{ sendingNext: 1 }])
  })

  it('is told of room in acks, not only in pings', () => {
    const network = new KcpNetwork({ settings: { readBuffer: 20_000 } })
    network.server.reads = false
    network.client.session.push(patternBytes(100_000))
    network.pass(2_000)
    network.server.reads = true
    const before = network.server.sent.length
    network.server.turn(network.now)
    const said = network.server.sent.slice(before).flat()
    expect(said.some(({ command }) => command === 'ack')).toBe(true)
  })
})

describe('congestion control', () => {
  it('shrinks the window with losses and opens it without', () => {
    const lossy = new KcpNetwork({ loss: 0.3, settings: { congestion: true } })
    const good = new KcpNetwork({ settings: { congestion: true } })
    for (const network of [lossy, good]) {
      network.client.session.push(patternBytes(2_000_000))
      network.pass(1_500)
    }
    expect(lossy.server.received).toBeLessThan(good.server.received / 2)
  })
})
