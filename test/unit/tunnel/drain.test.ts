import { describe, expect, it } from 'vitest'
import { Fault } from '../../../src/faults/fault.js'
import { makeFakeTicker, makePair, makeSeededRandom, Recorder } from '../../../src/testing.js'
import { drain, drainDepthOf, drainLength, Drains } from '../../../src/tunnel/drain.js'
import { turns } from '../../support/inbound-bench.js'

const FAULT = new Fault('VMESS_UNKNOWN_USER')
const random = makeSeededRandom(2)
const someUsers = (count: number): Uint8Array[] => Array.from({ length: count }, () => random(16))

describe('the depth', () => {
  it('is stable for a role and its users, and differs between them', () => {
    const users = someUsers(3)
    const depth = drainDepthOf('server', users)
    expect(drainDepthOf('server', [...users])).toEqual(depth)
    expect(drainDepthOf('server', users.slice(1))).not.toEqual(depth)
    expect(drainDepthOf('server', [...users].reverse())).not.toEqual(depth)
    const client = drainDepthOf('client', users)
    expect(client.base - 18).not.toBe(depth.base - 400)
  })

  it.each([
    ['server', 400],
    ['client', 18],
  ] as const)('of a %s has a range as wide as v2ray shows', (role, least) => {
    const depths = Array.from({ length: 3_000 }, () => drainDepthOf(role, someUsers(1)))
    const bases = depths.map(({ base }) => base)
    expect(Math.min(...bases)).toBeGreaterThanOrEqual(least)
    expect(Math.min(...bases)).toBeLessThan(least + 40)
    expect(Math.max(...bases)).toBeLessThanOrEqual(least + 3_265)
    expect(Math.max(...bases)).toBeGreaterThan(least + 3_225)
    expect(new Set(depths.map(({ spread }) => spread)).size).toBe(64)
    expect(Math.min(...depths.map(({ spread }) => spread))).toBe(1)
  })

  it('varies a little from one connection to the next', () => {
    const depth = { base: 100, spread: 5 }
    const lengths = new Set(Array.from({ length: 200 }, () => drainLength(depth, random)))
    expect([...lengths].sort()).toEqual([100, 101, 102, 103, 104])
    expect(drainLength({ base: 100, spread: 1 }, random)).toBe(100)
  })

  it('exists without users', () => {
    expect(drainDepthOf('server', []).base).toBeGreaterThanOrEqual(400)
  })
})

describe('draining', () => {
  function draining(length: number) {
    const [near, far] = makePair()
    let closes = 0
    drain(near, { length, fault: FAULT, onClose: () => closes++ })
    return { peer: new Recorder(far), closes: () => closes }
  }

  it('reads so many bytes and sends none', async () => {
    const { peer, closes } = draining(10)
    for (let sent = 1; sent <= 10; sent++) {
      expect([peer.closes, closes()], `${sent}`).toEqual([0, 0])
      peer.connection.write(new Uint8Array(1))
      await turns(undefined, 3)
    }
    expect([peer.closes, closes(), peer.received]).toEqual([1, 1, 0])
  })

  it.each([0, -500])('closes at once where %d bytes are left', async (length) => {
    const { peer, closes } = draining(length)
    await peer.untilClosed()
    await turns(() => closes() > 0)
    expect([closes(), peer.received]).toEqual([1, 0])
  })

  it('closes when the peer ends', async () => {
    const { peer, closes } = draining(1_000)
    peer.connection.end()
    await peer.untilClosed()
    await turns(() => closes() > 0)
    expect(closes()).toBe(1)
  })
})

describe('drains that nobody waits for', () => {
  it('last a minute at most, and hold no tick afterwards', async () => {
    const time = makeFakeTicker()
    const drains = new Drains(time.ticker)
    const [near, far] = makePair()
    drains.add(near, 1_000, FAULT)
    const peer = new Recorder(far)
    time.advance(59_999)
    await turns(undefined, 3)
    expect([peer.closes, time.running]).toEqual([0, 1])
    time.advance(1)
    await peer.untilClosed()
    await turns(() => time.running === 0)
    expect(time.running).toBe(0)
  })

  it('are all ended by close', async () => {
    const time = makeFakeTicker()
    const drains = new Drains(time.ticker)
    const peers = [1, 2, 3].map(() => {
      const [near, far] = makePair()
      drains.add(near, 1_000, FAULT)
      return new Recorder(far)
    })
    drains.close()
    drains.close()
    for (const peer of peers) await peer.untilClosed()
    const [near, far] = makePair()
    drains.add(near, 1_000, FAULT)
    await new Recorder(far).untilClosed()
    await turns(() => time.running === 0)
    expect(time.running).toBe(0)
  })
})
