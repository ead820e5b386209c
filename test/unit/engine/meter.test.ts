import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../src/config/policy.js'
import type { LevelConfig, StatsConfig } from '../../../src/config/config.js'
import { Meters } from '../../../src/engine/meter.js'

const ALL: StatsConfig = {
  enabled: true,
  inboundUplink: true,
  inboundDownlink: true,
  outboundUplink: true,
  outboundDownlink: true,
}
const COUNTED: LevelConfig = { policy: DEFAULT_POLICY, countUplink: true, countDownlink: true }

function makeMeters(stats: Partial<StatsConfig> = {}, level: Partial<LevelConfig> = {}): Meters {
  return new Meters({ stats: { ...ALL, ...stats }, levels: new Map([[0, { ...COUNTED, ...level }]]) })
}

describe('counter names', () => {
  it('are those of v2ray, and stand there from the start', () => {
    const meters = makeMeters()
    meters.inbound('in')
    meters.outbound('out')
    meters.user('Love@V2ray.com', 0)
    expect([...meters.values()]).toEqual([
      ['inbound>>>in>>>traffic>>>uplink', 0],
      ['inbound>>>in>>>traffic>>>downlink', 0],
      ['outbound>>>out>>>traffic>>>downlink', 0],
      ['outbound>>>out>>>traffic>>>uplink', 0],
      ['user>>>Love@V2ray.com>>>traffic>>>uplink', 0],
      ['user>>>Love@V2ray.com>>>traffic>>>downlink', 0],
    ])
  })

  it('count what an inbound reads and an outbound writes as uplink', () => {
    const meters = makeMeters()
    const inbound = meters.inbound('in')
    inbound.read.add(1_185)
    inbound.written.add(1_072)
    const outbound = meters.outbound('out')
    outbound.read.add(2)
    outbound.written.add(1)
    const values = meters.values()
    expect(values.get('inbound>>>in>>>traffic>>>uplink')).toBe(1_185)
    expect(values.get('inbound>>>in>>>traffic>>>downlink')).toBe(1_072)
    expect(values.get('outbound>>>out>>>traffic>>>uplink')).toBe(1)
    expect(values.get('outbound>>>out>>>traffic>>>downlink')).toBe(2)
  })

  it('gather all connections of a user in one counter', () => {
    const meters = makeMeters()
    meters.user('a@b', 0).uplink?.add(10)
    meters.user('a@b', 0).uplink?.add(5)
    expect(meters.values().get('user>>>a@b>>>traffic>>>uplink')).toBe(15)
  })
})

describe('nothing is counted by name', () => {
  it('without stats', () => {
    const meters = makeMeters({ enabled: false })
    meters.inbound('in').read.add(1)
    expect(meters.user('a@b', 0)).toEqual({ uplink: undefined, downlink: undefined })
    expect(meters.values().size).toBe(0)
  })

  it('without a tag or an email', () => {
    const meters = makeMeters()
    meters.inbound('')
    meters.outbound('')
    meters.user('', 0)
    expect(meters.values().size).toBe(0)
  })

  it('on a level that does not count, or is not configured', () => {
    const meters = makeMeters({}, { countDownlink: false })
    meters.user('a@b', 0)
    meters.user('c@d', 1)
    expect([...meters.values().keys()]).toEqual(['user>>>a@b>>>traffic>>>uplink'])
  })

  it('in a direction that is switched off', () => {
    const meters = makeMeters({ inboundUplink: false, outboundDownlink: false })
    meters.inbound('in')
    meters.outbound('out')
    expect([...meters.values().keys()]).toEqual([
      'inbound>>>in>>>traffic>>>downlink',
      'outbound>>>out>>>traffic>>>uplink',
    ])
  })
})
