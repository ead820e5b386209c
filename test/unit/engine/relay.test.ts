import { describe, expect, it } from 'vitest'
import { Meter } from '../../../src/engine/meter.js'
import { Fault } from '../../../src/faults/fault.js'
import { Recorder } from '../../../src/testing.js'
import { assertBytes, patternBytes } from '../../../src/testing/contract.js'
import { makeRelayed, settle } from '../../support/relayed-pairs.js'

describe('a relay', () => {
  it('carries both directions and ends without a cause', async () => {
    const { application, target, done } = makeRelayed()
    application.connection.write(patternBytes(300_000))
    target?.connection.write(patternBytes(200_000, 7))
    await Promise.all([target?.untilReceived(300_000), application.untilReceived(200_000)])
    application.connection.end()
    target?.connection.end()
    const relay = await done
    assertBytes(target?.bytes() ?? new Uint8Array(0), patternBytes(300_000), 'what the target read')
    assertBytes(application.bytes(), patternBytes(200_000, 7), 'what the application read')
    expect([relay.uplinkBytes, relay.downlinkBytes, relay.cause]).toEqual([300_000, 200_000, undefined])
  })

  it('keeps the other direction open after one has ended', async () => {
    const { application, target, done } = makeRelayed()
    application.connection.write(patternBytes(10))
    application.connection.end()
    await target?.untilEnd()
    target?.connection.write(patternBytes(100_000))
    await application.untilReceived(100_000)
    expect(application.closes).toBe(0)
    target?.connection.end()
    expect((await done).cause).toBeUndefined()
    expect(application.ends).toBe(1)
  })

  it('keeps the uplink open after the downlink has ended', async () => {
    const { application, target, done } = makeRelayed()
    target?.connection.end()
    await application.untilEnd()
    application.connection.write(patternBytes(50_000))
    await target?.untilReceived(50_000)
    application.connection.end()
    expect((await done).cause).toBeUndefined()
  })

  it('holds no more than the marks of both sides while the target does not read', async () => {
    const mark = 10_000
    const { application, targetEnd, outboundSide, inboundSide, done } = makeRelayed({
      highWaterMark: mark,
      targetReads: false,
    })
    const all = patternBytes(1_000_000)
    let sent = 0
    const send = (): void => {
      while (sent < all.length) {
        sent += 1_000
        if (!application.connection.write(all.slice(sent - 1_000, sent))) return
      }
      application.connection.end()
    }
    application.onEvent = send
    send()
    await settle()
    expect(outboundSide.unsent).toBeLessThanOrEqual(mark)
    expect(application.connection.unsent).toBeLessThanOrEqual(mark)
    expect(inboundSide.unsent).toBe(0)
    expect(sent).toBeLessThanOrEqual(2 * mark)

    const target = new Recorder(targetEnd)
    await target.untilEnd()
    assertBytes(target.bytes(), all, 'what the target read')
    expect((await done).cause).toBeUndefined()
  })
})

describe('the end of a relay', () => {
  it.each(['application', 'target'] as const)('reaches the other side when the %s breaks', async (broken) => {
    const { application, target, done } = makeRelayed()
    application.connection.write(patternBytes(10))
    await target?.untilReceived(10)
    const [dies, stays] = broken === 'application' ? [application, target] : [target, application]
    dies?.connection.abort(new Fault('RELAY_STOPPED'))
    const relay = await done
    expect(relay.cause?.code).toBe('TRANSPORT_RESET')
    await stays?.untilClosed()
    expect(stays?.fault?.code).toBe('TRANSPORT_RESET')
  })

  it('keeps the first cause', async () => {
    const { relay, done } = makeRelayed()
    const first = new Fault('RELAY_STOPPED')
    relay.abort(first)
    relay.abort(new Fault('RELAY_IDLE'))
    expect((await done).cause).toBe(first)
  })

  it('is told once, however often it is aborted', async () => {
    const { relay, application, target, done, time } = makeRelayed()
    relay.abort(new Fault('RELAY_STOPPED'))
    await done
    relay.abort(new Fault('RELAY_STOPPED'))
    await settle()
    time.advance(10_000)
    expect([application.closes, target?.closes]).toEqual([1, 1])
    expect(time.running).toBe(0)
  })

  it('lets a slow application have what the target sent before it broke', async () => {
    const { application, target, done, time } = makeRelayed({ highWaterMark: 1_000 })
    application.connection.pause()
    target?.connection.write(patternBytes(600))
    await settle()
    target?.connection.abort(new Fault('RELAY_STOPPED'))
    await settle()
    expect(application.closes).toBe(0)
    application.connection.resume()
    await application.untilReceived(600)
    await settle()
    time.advance(1_000)
    expect((await done).cause?.code).toBe('TRANSPORT_RESET')
  })

  it('does not wait for ever for a reader that never takes the rest', async () => {
    const { application, target, done, time } = makeRelayed({ policy: { idleMs: 5_000 } })
    application.connection.pause()
    target?.connection.write(patternBytes(600))
    await settle()
    target?.connection.abort(new Fault('RELAY_STOPPED'))
    await settle()
    time.advance(7_000)
    expect((await done).cause?.code).toBe('TRANSPORT_RESET')
  })

  it('comes at once when one side was dead before', async () => {
    const { outboundSide, application } = makeRelayed()
    outboundSide.abort(new Fault('DIAL_ABORTED'))
    await application.untilClosed()
    expect(application.fault?.code).toBe('TRANSPORT_RESET')
  })
})

describe('time limits of a relay', () => {
  it('ends a relay on which nothing moves, between the idle time and one beat more', async () => {
    const { done, time, application } = makeRelayed({ policy: { idleMs: 10_000 } })
    time.advance(9_000)
    await settle()
    expect(application.closes).toBe(0)
    time.advance(2_000)
    expect((await done).cause?.code).toBe('RELAY_IDLE')
  })

  it.each(['application', 'target'] as const)('counts from the last byte of the %s', async (speaker) => {
    const { application, target, relay, done, time } = makeRelayed({ policy: { idleMs: 10_000 } })
    for (let i = 0; i < 5; i++) {
      time.advance(9_000)
      ;(speaker === 'application' ? application : target)?.connection.write(patternBytes(1))
      await settle()
    }
    expect(relay.cause).toBeUndefined()
    time.advance(12_000)
    expect((await done).cause?.code).toBe('RELAY_IDLE')
  })

  it('gives the downlink its own time once the uplink has ended', async () => {
    const { application, target, relay, done, time } = makeRelayed({
      policy: { idleMs: 300_000, downlinkOnlyMs: 3_000, uplinkOnlyMs: 60_000 },
    })
    application.connection.end()
    await target?.untilEnd()
    for (let i = 0; i < 5; i++) {
      time.advance(2_000)
      target?.connection.write(patternBytes(1))
      await settle()
    }
    expect(relay.cause).toBeUndefined()
    time.advance(5_000)
    expect((await done).cause?.code).toBe('RELAY_HALF_OPEN')
  })

  it('gives the uplink its own time once the downlink has ended', async () => {
    const { application, target, relay, done, time } = makeRelayed({
      policy: { idleMs: 300_000, uplinkOnlyMs: 3_000, downlinkOnlyMs: 60_000 },
    })
    target?.connection.end()
    await application.untilEnd()
    time.advance(3_000)
    await settle()
    expect(relay.cause).toBeUndefined()
    time.advance(2_000)
    expect((await done).cause?.code).toBe('RELAY_HALF_OPEN')
  })

  it('does not cut off an answer that a slow reader has not taken yet', async () => {
    const { application, target, relay, done, time } = makeRelayed({ policy: { uplinkOnlyMs: 1_000 } })
    application.connection.pause()
    target?.connection.write(patternBytes(5_000))
    target?.connection.end()
    await settle()
    time.advance(60_000)
    await settle()
    expect(relay.cause).toBeUndefined()
    application.connection.resume()
    await application.untilEnd()
    assertBytes(application.bytes(), patternBytes(5_000), 'what the application read')
    time.advance(3_000)
    expect((await done).cause?.code).toBe('RELAY_HALF_OPEN')
  })

  it('ends at the next beat where no idle time is allowed at all', async () => {
    const { application, target, done, time } = makeRelayed({ policy: { idleMs: 0 } })
    application.connection.write(patternBytes(1))
    await target?.untilReceived(1)
    time.advance(1_000)
    expect((await done).cause?.code).toBe('RELAY_IDLE')
  })
})

describe('meters of a relay', () => {
  it('are told the payload at settle and at the end, each byte once', async () => {
    const uplink = new Meter()
    const downlink = new Meter()
    const { application, target, relay, done } = makeRelayed({ uplink, downlink })
    application.connection.write(patternBytes(1_000))
    await target?.untilReceived(1_000)
    expect(uplink.bytes).toBe(0)
    relay.settle()
    relay.settle()
    expect([uplink.bytes, downlink.bytes]).toEqual([1_000, 0])
    target?.connection.write(patternBytes(500))
    await application.untilReceived(500)
    application.connection.end()
    target?.connection.end()
    await done
    expect([uplink.bytes, downlink.bytes]).toEqual([1_000, 500])
  })
})
