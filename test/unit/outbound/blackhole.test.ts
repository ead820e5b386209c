import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import type { BlackholeSettings } from '../../../src/config/config.js'
import { makeBlackholeOutbound } from '../../../src/outbound/blackhole.js'
import { Recorder } from '../../../src/testing.js'
import { FACTS } from '../../support/engine-fakes.js'
import { makeInboundBench, textOf, turns } from '../../support/inbound-bench.js'

const FLOW = { ...FACTS, id: 1 }
const NEVER = new AbortController().signal

function makeBlackhole(response: BlackholeSettings['response']) {
  const { surroundings, time } = makeInboundBench()
  const outbound = makeBlackholeOutbound(
    {
      tag: 'block',
      protocol: 'blackhole',
      stream: { network: 'tcp', security: 'none' },
      settings: { response },
    },
    surroundings,
  )
  return { outbound, time }
}

describe('a blackhole', () => {
  it('refuses', async () => {
    const { outbound } = makeBlackhole('none')
    await expect(outbound.connect(FLOW, NEVER)).rejects.toMatchObject({ code: 'DIAL_BLOCKED' })
  })

  it('answers with 403 as V2Ray does, and closes after a second', async () => {
    const { outbound, time } = makeBlackhole('http')
    const peer = new Recorder(await outbound.connect(FLOW, NEVER))
    expect(peer.connection.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBe(true)
    await turns(() => peer.received > 0)
    expect(textOf(peer)).toBe(
      'HTTP/1.1 403 Forbidden\r\nConnection: close\r\n' +
        'Cache-Control: max-age=3600, public\r\nContent-Length: 0\r\n\r\n\r\n',
    )
    time.advance(999)
    await turns(undefined, 3)
    expect(peer.ends).toBe(0)
    time.advance(1)
    await peer.untilClosed()
    expect([peer.ends, peer.closes, time.running()]).toEqual([1, 1, 0])
  })

  it('leaves nothing behind when it is dropped', async () => {
    const { outbound, time } = makeBlackhole('http')
    const peer = new Recorder(await outbound.connect(FLOW, NEVER))
    await turns(() => peer.received > 0)
    peer.connection.abort()
    await peer.untilClosed()
    expect([peer.ends, time.running()]).toEqual([0, 0])
  })

  it('swallows datagrams', async () => {
    const { outbound } = makeBlackhole('none')
    const packets = await outbound.associate(FLOW, NEVER)
    const seen: string[] = []
    packets.start({ onPacket: () => seen.push('packet'), onClose: () => seen.push('close') })
    packets.send(Uint8Array.of(1), makeDestination('1.1.1.1', 53))
    await turns(undefined, 3)
    expect(seen).toEqual([])
    packets.close()
    packets.close()
    await turns(undefined, 3)
    expect(seen).toEqual(['close'])
  })
})
