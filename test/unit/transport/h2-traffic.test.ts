import { describe, expect, it } from 'vitest'
import { Traffic } from '../../../src/transport/h2-traffic.js'

const MIB = 1024 * 1024

function makeTraffic() {
  const counts = { bytesRead: 0, bytesWritten: 0 }
  return { counts, traffic: new Traffic(counts) }
}

describe('bytes that carry nothing', () => {
  it('are a flood above a mebibyte in a beat', () => {
    const { counts, traffic } = makeTraffic()
    counts.bytesRead = MIB
    traffic.onBeat()
    expect(traffic.flood).toBeUndefined()
    counts.bytesRead += MIB + 1
    traffic.onBeat()
    expect(traffic.flood).toBe('1048577 bytes within seconds that carry nothing')
  })

  it('are none when they are bodies', () => {
    const { counts, traffic } = makeTraffic()
    counts.bytesRead = 100 * MIB
    traffic.received(97 * MIB)
    traffic.onBeat()
    expect(traffic.flood).toBeUndefined()
  })

  it('are none when they are requests', () => {
    const { counts, traffic } = makeTraffic()
    counts.bytesRead = 2 * MIB
    for (let i = 0; i < 2048; i++) traffic.streamOpened()
    traffic.onBeat()
    expect(traffic.flood).toBeUndefined()
  })

  it('are none when they were sent to a stream before its end was known there, in two beats at most', () => {
    const { counts, traffic } = makeTraffic()
    traffic.abandoned(4 * MIB)
    for (let beat = 0; beat < 2; beat++) {
      counts.bytesRead += 4 * MIB
      traffic.onBeat()
      expect(traffic.flood).toBeUndefined()
    }
    counts.bytesRead += 4 * MIB
    traffic.onBeat()
    expect(traffic.flood).toMatch(/carry nothing/)
  })

  it('may be the window updates of a download', () => {
    const { counts, traffic } = makeTraffic()
    counts.bytesRead = 4 * MIB
    counts.bytesWritten = 100 * MIB
    traffic.onBeat()
    expect(traffic.flood).toBeUndefined()
  })
})

describe('control frames', () => {
  it('are a flood above a thousand in a beat', () => {
    const { traffic } = makeTraffic()
    for (let i = 0; i < 1_000; i++) expect(traffic.control('PING')).toBeUndefined()
    expect(traffic.control('SETTINGS')).toMatch(
      /more than 1000 control frames within seconds, the last a SETTINGS/,
    )
    traffic.onBeat()
    expect(traffic.control('PING')).toBeUndefined()
  })

  it('are none between bodies: grpc-go measures the path with them', () => {
    const { traffic } = makeTraffic()
    for (let i = 0; i < 5_000; i++) {
      expect(traffic.control('PING')).toBeUndefined()
      traffic.received(1_000)
    }
  })
})

describe('silence', () => {
  it('is when something was sent and nothing came, until something comes', () => {
    const { counts, traffic } = makeTraffic()
    expect(traffic.onBeat()).toBe(false)
    counts.bytesWritten++
    expect(traffic.onBeat()).toBe(true)
    expect(traffic.onBeat()).toBe(true)
    counts.bytesRead++
    expect(traffic.onBeat()).toBe(false)
    expect(traffic.onBeat()).toBe(false)
  })

  it('is when a stream was opened that cannot even be sent', () => {
    const { traffic } = makeTraffic()
    traffic.streamOpened()
    expect(traffic.onBeat()).toBe(true)
  })
})
