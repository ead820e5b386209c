/** What the plaintext connection does beyond the contract of every connection: ends, heads and damage. */
import { describe, expect, it } from 'vitest'
import type { Connection } from '../../../src/contracts/connection.js'
import { nodeBackend } from '../../../src/crypto/node-backend.js'
import { Fault } from '../../../src/faults/fault.js'
import { makePair, makeSeededRandom, Recorder } from '../../../src/testing.js'
import { patternBytes } from '../../../src/testing/contract.js'
import { BodyConnection } from '../../../src/tunnel/body-connection.js'
import { BodyPackets } from '../../../src/tunnel/body-packets.js'
import { makeBodyDecoder, makeBodyEncoder } from '../../../src/vmess/body-codec.js'
import { planBody } from '../../../src/vmess/body-plan.js'
import { makeDestination } from '../../../src/address/destination.js'
import { decoderOf, encoderOf, KEYS, naiveParts, readBody } from '../../support/bodies.js'
import { faultOf } from '../../support/fault-of.js'
import { textOf, turns } from '../../support/inbound-bench.js'
import { concat, hex } from '../../support/vmess-fixtures.js'

const GCM = { security: 3, options: 0x05, form: 'stream' } as const
const HEAD = Buffer.from('head')
const text = (value: string): Uint8Array => Buffer.from(value)

/** One end as a body, the other as its wire. */
function halfOpen(
  choice: { security: number; options: number; form: 'stream' | 'packet' } = GCM,
  peerMarksEnd = false,
) {
  const [near, far] = makePair()
  const plan = planBody(choice)
  const around = { backend: nodeBackend, random: makeSeededRandom(4) }
  const body = new BodyConnection(near, {
    head: HEAD,
    encoder: makeBodyEncoder(plan, KEYS, around),
    decoder: makeBodyDecoder(plan, KEYS, around),
    marksEnd: plan.marksEnd,
    peerMarksEnd,
  })
  const wire = new Recorder(far, { endOnEnd: false })
  const send = (pieces: readonly Uint8Array[], ends: boolean): void => {
    far.write(concat(naiveParts(choice, pieces, ends)))
  }
  return { body, wire, far, near, send }
}

describe('the head', () => {
  it('waits for the first payload and leaves in the same write', async () => {
    const { body, wire } = halfOpen()
    new Recorder(body)
    await turns(undefined, 5)
    expect(wire.received).toBe(0)
    body.write(text('answer'))
    await wire.untilReceived(1)
    expect(wire.chunks.length).toBe(1)
    expect(hex(wire.bytes())).toBe(hex(concat([HEAD, ...naiveParts(GCM, [text('answer')], false)])))
  })

  it('leaves with the end of a side that had nothing to say', async () => {
    const { body, wire } = halfOpen()
    new Recorder(body)
    body.end()
    body.end()
    await wire.untilReceived(1)
    expect(hex(wire.bytes())).toBe(hex(concat([HEAD, ...naiveParts(GCM, [], true)])))
  })

  it('may be larger than what the body lends', async () => {
    const { body, wire } = halfOpen({ security: 5, options: 0, form: 'stream' })
    new Recorder(body)
    const scratch = Buffer.from('lent bytes')
    body.write(scratch, { keep: (bytes) => Uint8Array.from(bytes) })
    scratch.fill(0)
    await wire.untilReceived(14)
    expect(textOf(wire)).toBe('headlent bytes')
  })
})

describe('an end', () => {
  it('that is marked leaves the transport open until the peer has ended too', async () => {
    const { body, wire, send } = halfOpen()
    const reader = new Recorder(body, { endOnEnd: false })
    body.end()
    await wire.untilReceived(5)
    expect(wire.ends).toBe(0)
    send([text('late')], true)
    await wire.untilEnd()
    expect([textOf(reader), reader.ends, reader.closes]).toEqual(['late', 1, 0])
    wire.connection.end()
    await reader.untilClosed()
    expect(reader.fault).toBeUndefined()
  })

  it('that nothing marks is the end of the transport', async () => {
    const { body, wire, far } = halfOpen({ security: 3, options: 0, form: 'stream' })
    const reader = new Recorder(body, { endOnEnd: false })
    body.write(text('x'))
    body.end()
    await wire.untilEnd()
    far.end()
    await reader.untilClosed()
    expect([reader.ends, reader.fault]).toEqual([1, undefined])
  })

  it('of the transport between two chunks is a cut when the peer is known to mark its end', async () => {
    const { body, far, send } = halfOpen(GCM, true)
    const reader = new Recorder(body)
    send([text('all')], false)
    far.end()
    await reader.untilClosed()
    expect([textOf(reader), reader.ends, reader.fault?.code]).toEqual(['all', 0, 'WIRE_TRUNCATED'])
  })

  it('that is marked is one, whatever becomes of the transport', async () => {
    const { body, far, send } = halfOpen(GCM, true)
    const reader = new Recorder(body)
    send([text('all')], true)
    far.end()
    await reader.untilClosed()
    expect([textOf(reader), reader.ends, reader.fault]).toEqual(['all', 1, undefined])
  })

  it.each([
    ['aes-128-gcm', GCM],
    ['aes-128-cfb', { security: 1, options: 0x01, form: 'stream' }],
    ['none', { security: 5, options: 0x05, form: 'stream' }],
  ] as const)('in a body of %s that is broken off is none to any reader', async (_, choice) => {
    const { body, wire } = halfOpen(choice)
    new Recorder(body)
    body.write(text('half of it'))
    expect(body.breakOff()).toBe(true)
    await wire.untilEnd()
    const decoder = decoderOf(choice)
    decoder.receive(wire.bytes().subarray(HEAD.length))
    expect(Buffer.from(decoder.next() ?? []).toString()).toBe('half of it')
    expect(decoder.next()).toBeUndefined()
    expect(faultOf(() => decoder.finish()).code).toBe('WIRE_TRUNCATED')
  })

  it('of the transport between two chunks is an orderly end, after which we can still speak', async () => {
    const { body, wire, far, send } = halfOpen()
    const reader = new Recorder(body, { endOnEnd: false })
    send([text('all')], false)
    far.end()
    await reader.untilEnd()
    body.write(text('answer'))
    body.end()
    await wire.untilEnd()
    await reader.untilClosed()
    expect([textOf(reader), reader.fault]).toEqual(['all', undefined])
  })

  it('in the read that was paused is told after the resume', async () => {
    const { body, send } = halfOpen()
    const reader = new Recorder(body, { endOnEnd: false })
    reader.onEvent = () => {
      body.pause()
    }
    send([text('data')], true)
    await reader.untilReceived(4)
    await turns(undefined, 5)
    expect(reader.ends).toBe(0)
    reader.onEvent = undefined
    body.resume()
    await reader.untilEnd()
    expect(reader.ends).toBe(1)
  })

  it('that is still held is told before the close, whoever ends meanwhile', async () => {
    const { body, wire, send } = halfOpen()
    const events: string[] = []
    body.start({
      onData: (bytes, lender) => {
        events.push(Buffer.from(bytes).toString())
        if (events.length > 1) return
        body.pause()
        body.unread(lender.keep(bytes.subarray(2)))
      },
      onEnd: () => events.push('end'),
      onDrain: () => undefined,
      onClose: (fault) => events.push(`closed ${fault?.code ?? 'in order'}`),
    })
    send([text('data')], true)
    await turns(() => events.length > 0)
    body.end()
    wire.connection.end()
    await turns(undefined, 5)
    expect(events).toEqual(['data'])
    body.resume()
    await turns(() => events.length === 4)
    expect(events).toEqual(['data', 'ta', 'end', 'closed in order'])
  })

  it('makes whatever comes behind it nothing', async () => {
    const { body, far, send } = halfOpen()
    const reader = new Recorder(body, { endOnEnd: false })
    send([text('all')], true)
    far.write(patternBytes(50_000))
    far.end()
    await reader.untilEnd()
    await turns(undefined, 5)
    expect([textOf(reader), reader.ends, reader.closes]).toEqual(['all', 1, 0])
  })
})

describe('damage', () => {
  it('ends both sides with the fault, after what came whole', async () => {
    const { body, wire, far } = halfOpen()
    const reader = new Recorder(body)
    const parts = naiveParts(GCM, [text('whole'), text('broken'), text('after')], false)
    const broken = parts[1] as Buffer
    broken[5] = (broken[5] as number) ^ 1
    far.write(concat(parts))
    await reader.untilClosed()
    expect([textOf(reader), reader.fault?.code, reader.ends, reader.closes]).toEqual([
      'whole',
      'VMESS_CHUNK_TAG',
      0,
      1,
    ])
    await wire.untilClosed()
    expect(body.write(text('x'))).toBe(true)
    expect(wire.received).toBe(0)
  })

  it('of a transport that ends inside a chunk is a truncation', async () => {
    const { body, far } = halfOpen()
    const reader = new Recorder(body)
    far.write(concat(naiveParts(GCM, [text('whole'), text('cut')], false)).subarray(0, -1))
    far.end()
    await reader.untilClosed()
    expect([textOf(reader), reader.fault?.code, reader.ends]).toEqual(['whole', 'WIRE_TRUNCATED', 0])
  })

  it('is followed by nothing: an abort in the middle of a read stops it', async () => {
    const { body, send } = halfOpen({ security: 4, options: 0x01, form: 'stream' })
    const cause = new Fault('RELAY_STOPPED')
    const reader = new Recorder(body)
    reader.onEvent = () => {
      body.abort(cause)
    }
    send([text('first'), text('second'), text('third')], true)
    await reader.untilClosed()
    expect([textOf(reader), reader.ends, reader.fault]).toEqual(['first', 0, cause])
  })
})

describe('datagrams', () => {
  const PACKETS = { security: 3, options: 0x0d, form: 'packet' } as const
  const PEER = makeDestination('8.8.8.8', 53)

  it('are each one write and one delivery, from the fixed peer', async () => {
    const { body, wire, send } = halfOpen(PACKETS)
    const packets = new BodyPackets(body, PEER)
    const heard: Uint8Array[] = []
    packets.start({
      onPacket: (payload, peer) => {
        expect(peer).toBe(PEER)
        heard.push(payload)
      },
      onClose: () => undefined,
    })
    const datagrams = [1, 30, 1_400].map((size) => patternBytes(size))
    send(datagrams, false)
    await turns(() => heard.length === 3)
    expect(heard.map(hex)).toEqual(datagrams.map(hex))
    for (const datagram of datagrams) packets.send(datagram)
    await turns(() => wire.chunks.length > 2, 10)
    const { pieces } = readBody(decoderOf(PACKETS), [wire.bytes().subarray(HEAD.length)])
    expect(pieces.map(hex)).toEqual(datagrams.map(hex))
  })

  it('are dropped while there is no room, and go on afterwards', async () => {
    const [near, far] = makePair({ highWaterMark: 3_000 })
    const packets = new BodyPackets(plainBody(near, PACKETS), PEER)
    packets.start({ onPacket: () => undefined, onClose: () => undefined })
    for (let i = 0; i < 10; i++) packets.send(patternBytes(1_000))
    const wire = new Recorder(far)
    await turns(() => wire.received > 3_000, 10)
    expect(readBody(decoderOf(PACKETS), [wire.bytes()]).pieces.length).toBe(3)
    packets.send(patternBytes(5))
    await turns(undefined, 10)
    expect(readBody(decoderOf(PACKETS), [wire.bytes()]).pieces.map((piece) => piece.length)).toEqual([
      1_000, 1_000, 1_000, 5,
    ])
  })

  it('end with either side', async () => {
    for (const ends of [true, false]) {
      const { body, wire, far, send } = halfOpen(PACKETS)
      const packets = new BodyPackets(body, PEER)
      const closes: (Fault | undefined)[] = []
      packets.start({ onPacket: () => undefined, onClose: (fault) => closes.push(fault) })
      if (ends) send([], true)
      else far.end()
      await wire.untilClosed()
      await turns(() => closes.length > 0)
      expect(closes).toEqual([undefined])
    }
    const { body, wire } = halfOpen(PACKETS)
    const packets = new BodyPackets(body, PEER)
    const cause = new Fault('RELAY_IDLE')
    const closes: (Fault | undefined)[] = []
    packets.start({ onPacket: () => undefined, onClose: (fault) => closes.push(fault) })
    packets.close(cause)
    packets.close()
    await wire.untilClosed()
    await turns(() => closes.length > 0)
    expect(closes).toEqual([cause])
  })
})

function plainBody(
  inner: Connection,
  choice: typeof GCM | { security: 3; options: 0x0d; form: 'packet' },
): Connection {
  return new BodyConnection(inner, {
    head: new Uint8Array(0),
    encoder: encoderOf(choice),
    decoder: decoderOf(choice),
    marksEnd: true,
  })
}
