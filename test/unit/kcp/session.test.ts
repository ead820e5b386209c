import { describe, expect, it } from 'vitest'
import { Fault } from '../../../src/faults/fault.js'
import { patternBytes } from '../../../src/testing/contract.js'
import { KcpNetwork } from '../../support/kcp-network.js'

const MEGABYTE = 1024 * 1024
const sameBytes = (actual: Uint8Array, expected: Uint8Array): boolean => Buffer.from(actual).equals(expected)

describe('two sessions', () => {
  it.each([
    ['a good network', {}],
    ['one that loses 10 %', { loss: 0.1 }],
    ['one that loses 40 %', { loss: 0.4 }],
    ['one that reorders', { jitterMs: 40 }],
    [
      'one that does it all, with congestion control',
      { loss: 0.05, jitterMs: 30, settings: { congestion: true } },
    ],
    ['small packets and windows', { loss: 0.05, settings: { mtu: 576, downlinkCapacity: 0, readBuffer: 1 } }],
  ])('deliver both ways over %s', (_, options) => {
    const network = new KcpNetwork(options)
    const { client, server } = network
    const up = patternBytes(300_000)
    const down = patternBytes(200_000, 7)
    client.session.push(up.slice())
    server.session.push(down.slice())
    client.session.end()
    server.session.end()
    network.until('both are over', () => client.session.isOver && server.session.isOver, 300_000)
    expect(sameBytes(server.bytes(), up)).toBe(true)
    expect(sameBytes(client.bytes(), down)).toBe(true)
    expect([client.session.fault, server.session.fault]).toEqual([undefined, undefined])
    expect([client.session.isEnded, server.session.isEnded]).toEqual([true, true])
  })

  it('repair losses without waiting for timeouts', () => {
    const network = new KcpNetwork({ delayMs: 50, loss: 0.01 })
    network.client.session.push(patternBytes(4 * MEGABYTE))
    const begin = network.now
    network.until('all came', () => network.server.received === 4 * MEGABYTE)
    expect(network.now - begin).toBeLessThan(3_000)
    const data = network.client.sent.flat().filter(({ command }) => command === 'data')
    // 1 % is sent again, and little more.
    expect(data.length * 1326).toBeLessThan(4 * MEGABYTE * 1.06)
  })

  it('end one side and go on with the other', () => {
    const network = new KcpNetwork({ loss: 0.2 })
    const { client, server } = network
    client.session.push(patternBytes(5_000))
    client.session.end()
    network.until('the server sees the end', () => server.session.isEnded)
    expect(server.received).toBe(5_000)
    network.pass(60_000)
    expect(client.session.isOver).toBe(false)
    server.session.push(patternBytes(50_000))
    network.until('the answer came', () => client.received === 50_000)
    server.session.end()
    network.until('both are over', () => client.session.isOver && server.session.isOver)
    expect([client.session.fault, server.session.fault]).toEqual([undefined, undefined])
  })

  it('tell the end only after all was read', () => {
    const network = new KcpNetwork()
    network.server.reads = false
    network.client.session.push(patternBytes(5_000))
    network.client.session.end()
    network.pass(1_000)
    expect(network.server.session.isEnded).toBe(false)
    network.server.reads = true
    network.server.turn(network.now)
    expect(network.server.session.isEnded).toBe(true)
  })

  it('give up at once: TRANSPORT_RESET at the other end', () => {
    const network = new KcpNetwork({ loss: 0.3 })
    const { client, server } = network
    const cause = new Fault('RELAY_STOPPED')
    client.session.push(patternBytes(50_000))
    network.pass(100)
    client.session.abort(cause)
    client.session.abort(new Fault('RELAY_IDLE'))
    network.until('the server knows', () => server.session.isOver)
    expect(client.session.fault).toBe(cause)
    expect(server.session.fault?.code).toBe('TRANSPORT_RESET')
    expect([client.session.isReadable, client.session.unsent]).toEqual([false, 0])
  })

  it('fall silent: TRANSPORT_KCP_SILENT after 30 s, and say whether there ever was an answer', () => {
    const network = new KcpNetwork()
    network.cut = true
    network.client.session.push(patternBytes(10))
    network.until('it gives up', () => network.client.session.isOver)
    expect(network.now - 1_000_000).toBe(30_000)
    expect(network.client.session.fault).toMatchObject({
      code: 'TRANSPORT_KCP_SILENT',
      why: 'nothing ever came back',
    })

    const other = new KcpNetwork()
    other.pass(40_000)
    expect([other.client.session.isOver, other.server.session.isOver]).toEqual([false, false])
    other.cut = true
    other.until('both give up', () => other.client.session.isOver && other.server.session.isOver)
    expect(other.client.session.fault?.why).toBe('nothing came for 30 s')
  })

  it('end in order when the other is gone after our end', () => {
    const network = new KcpNetwork()
    network.client.session.end()
    network.until('the end is out', () => network.server.session.isEnded)
    network.cut = true
    network.until('it is over', () => network.client.session.isOver, 9_000)
    expect(network.client.session.fault).toBeUndefined()
    expect(network.client.session.isEnded).toBe(true)
  })

  it('send little when there is nothing to say', () => {
    const network = new KcpNetwork()
    network.client.session.push(patternBytes(10))
    network.pass(1_000)
    const before = network.packets
    network.pass(60_000)
    expect(network.packets - before).toBeLessThanOrEqual(42)
  })
})

describe('a reader that stops', () => {
  it('stops the writer, who asks now and then, and goes on where it was', () => {
    const network = new KcpNetwork({ settings: { readBuffer: 100_000 } })
    const { client, server } = network
    server.reads = false
    const all = patternBytes(3 * MEGABYTE)
    client.session.push(all.slice())
    network.pass(3_000)
    expect(client.session.hasRoom).toBe(false)
    const held = all.length - client.session.unsent
    expect(held).toBeLessThan(100_000)
    const before = network.packets
    network.pass(20_000)
    expect(client.session.isOver).toBe(false)
    // About one question and one answer each 100 ms and more.
    expect(network.packets - before).toBeLessThan(500)
    server.reads = true
    network.until('all came', () => server.received === all.length)
    expect(sameBytes(server.bytes(), all)).toBe(true)
    expect(client.session.hasRoom).toBe(true)
  })
})
