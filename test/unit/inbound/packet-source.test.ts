import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import { Fault } from '../../../src/faults/fault.js'
import { PacketSource } from '../../../src/inbound/packet-source.js'
import { turns } from '../../support/inbound-bench.js'

const PEER = makeDestination('1.1.1.1', 53)

function makeSource() {
  const answers: number[] = []
  const closes: (string | undefined)[] = []
  const source = new PacketSource({
    answer: (payload) => answers.push(payload[0] ?? -1),
    onClose: (cause) => closes.push(cause?.code),
  })
  return { source, answers, closes }
}

describe('PacketSource', () => {
  it('holds the first 64 datagrams until somebody listens, in order', async () => {
    const { source } = makeSource()
    for (let i = 0; i < 100; i++) source.deliver(Uint8Array.of(i), PEER)
    const seen: (number | undefined)[] = []
    source.start({ onPacket: (payload) => seen.push(payload[0]), onClose: () => undefined })
    await turns(undefined, 2)
    source.deliver(Uint8Array.of(200), PEER)
    expect(seen).toEqual([...Array(64).keys(), 200])
  })

  it('tells its end once, to both sides, and then carries nothing', async () => {
    const { source, answers, closes } = makeSource()
    const told: (string | undefined)[] = []
    source.start({ onPacket: () => told.push('packet'), onClose: (fault) => told.push(fault?.code) })
    source.send(Uint8Array.of(1), PEER)
    source.close(new Fault('RELAY_IDLE'))
    source.close()
    source.send(Uint8Array.of(2), PEER)
    source.deliver(Uint8Array.of(3), PEER)
    await turns(undefined, 2)
    expect([answers, closes, told]).toEqual([[1], ['RELAY_IDLE'], ['RELAY_IDLE']])
  })
})
