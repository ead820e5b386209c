/** The VMess inbound with clients that it knows. */
import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import { Fault } from '../../../src/faults/fault.js'
import { cutAt, everyByte } from '../../support/cuts.js'
import { untilAborted } from '../../support/engine-fakes.js'
import { faultOf } from '../../support/fault-of.js'
import { textOf, turns } from '../../support/inbound-bench.js'
import { concat, SITE } from '../../support/vmess-fixtures.js'
import { ADA, BOB, clientOf, OLD, readResponse, say, startVmess } from '../../support/vmess-inbound.js'

const text = (value: string): Uint8Array => Buffer.from(value)

describe('a request', () => {
  const CUTS: readonly [string, (wire: Uint8Array, head: number) => readonly Uint8Array[]][] = [
    ['whole', (wire) => [wire]],
    ['byte by byte', everyByte],
    ['behind the auth ID', (wire) => cutAt(wire, [16])],
    ['behind the header', (wire, head) => cutAt(wire, [head])],
    ['in the middle of everything', (wire, head) => cutAt(wire, [20, 41, head - 1, head + 3])],
  ]

  it.each(CUTS)('is understood %s', async (_, cut) => {
    const { connect, target, outbound } = await startVmess()
    const session = clientOf()
    const wire = concat([session.head, ...session.uplink.encode(text('question'))])
    const client = await connect()
    await say(client, ...cut(wire, session.head.length))
    const server = await target()
    await server.untilReceived(8)
    expect(textOf(server)).toBe('question')
    expect(outbound.flows[0]).toMatchObject({
      network: 'tcp',
      destination: SITE,
      inboundTag: 'in',
      inboundProtocol: 'vmess',
      email: ADA.email,
      level: ADA.level,
    })
    expect(client.received).toBe(0)
  })

  it.each([
    ['AEAD', { user: BOB }],
    ['legacy', { user: OLD, legacy: true }],
    ['AEAD of a user with alter ids', { user: OLD }],
  ])('with a head of the form %s is answered in kind', async (_, options) => {
    const { connect, target } = await startVmess()
    const session = clientOf(options)
    const client = await connect()
    await say(client, session.head)
    const server = await target()
    server.connection.write(text('answer'))
    server.connection.end()
    await turns(() => client.chunks.length > 1, 20)
    const { text: answer, ended, response } = readResponse(session, client.bytes())
    expect([answer, ended, response.responseOption]).toEqual(['answer', true, 0])
  })

  it('has its response header in one write with the first answer, and none before', async () => {
    const { connect, target } = await startVmess()
    const session = clientOf()
    const client = await connect()
    await say(client, session.head)
    const server = await target()
    await turns(undefined, 20)
    expect(client.received).toBe(0)
    server.connection.write(text('answer'))
    await client.untilReceived(1)
    expect(readResponse(session, client.chunks[0] as Uint8Array).text).toBe('answer')
  })

  it('keeps its half-close', async () => {
    const { connect, target } = await startVmess()
    const session = clientOf()
    const client = await connect()
    await say(
      client,
      concat([session.head, ...session.uplink.encode(text('all')), ...session.uplink.finish()]),
    )
    const server = await target()
    await server.untilEnd()
    server.connection.write(text('late answer'))
    server.connection.end()
    await client.untilClosed()
    expect(client.fault).toBeUndefined()
    expect(readResponse(session, client.bytes()).text).toBe('late answer')
  })

  it('that is fine leaves nothing in the log', async () => {
    const { connect, target, lines } = await startVmess()
    const client = await connect()
    await say(client, clientOf().head)
    await target()
    expect(lines.filter(({ message }) => message === 'rejected')).toEqual([])
  })
})

describe('a target that fails', () => {
  const failing = { before: () => Promise.reject(new Fault('DIAL_REFUSED')) }

  it('is told by a response header and a chunk that breaks off, which no client takes for an end', async () => {
    const { connect } = await startVmess(failing)
    const session = clientOf()
    const client = await connect()
    await say(client, session.head)
    await client.untilEnd()
    expect(faultOf(() => readResponse(session, client.bytes())).code).toBe('WIRE_TRUNCATED')
    await client.untilClosed()
  })

  it('is told by a reset behind the response header where there are no chunks', async () => {
    const { connect, time } = await startVmess(failing)
    const session = clientOf({ security: 'zero', options: 0 })
    const client = await connect()
    await say(client, session.head)
    await client.untilReceived(1)
    time.advance(50)
    await client.untilClosed()
    expect([client.ends, client.fault?.code]).toEqual([0, 'TRANSPORT_RESET'])
  })

  it('does not hold a client for ever that never ends', async () => {
    const { connect, time, inbound } = await startVmess(failing)
    const client = await connect()
    client.onEvent = undefined
    Object.assign(client, { onEnd: () => undefined })
    await say(client, clientOf().head)
    await turns(undefined, 20)
    expect(client.closes).toBe(0)
    time.advance(59_000)
    await say(client, text('still here'))
    expect(client.closes).toBe(0)
    time.advance(3_000)
    await client.untilClosed()
    await inbound.close()
  })
})

describe('a slow target', () => {
  it('is not held to the handshake time, which was for the head', async () => {
    const signals: AbortSignal[] = []
    const before = (signal: AbortSignal): Promise<void> => {
      signals.push(signal)
      return untilAborted(signal)
    }
    const { connect, time } = await startVmess({ before })
    const client = await connect()
    await say(client, clientOf().head)
    await turns(() => signals.length > 0)
    time.advance(120_000)
    await turns(undefined, 10)
    expect([client.closes, signals[0]?.aborted]).toEqual([0, false])
    client.connection.abort()
    await turns(() => signals[0]?.aborted === true)
  })
})

describe('a client that goes away', () => {
  it('while the target is dialled, takes the attempt with it', async () => {
    const signals: AbortSignal[] = []
    const before = (signal: AbortSignal): Promise<void> => {
      signals.push(signal)
      return untilAborted(signal)
    }
    const { connect, outbound } = await startVmess({ before })
    const client = await connect()
    await say(client, clientOf().head)
    await turns(() => signals.length > 0)
    client.connection.abort()
    await turns(() => signals[0]?.aborted === true)
    expect(signals[0]?.aborted).toBe(true)
    expect(outbound.targets).toEqual([])
  })

  it('in the middle of its head leaves a line, without a byte none', async () => {
    const { connect, lines } = await startVmess()
    const silent = await connect()
    silent.connection.end()
    await silent.untilClosed()
    expect(lines).toEqual([])
    const client = await connect()
    await say(client, clientOf().head.subarray(0, 40))
    client.connection.end()
    await client.untilClosed()
    expect(client.received).toBe(0)
    const fields = {
      code: 'WIRE_TRUNCATED',
      user: ADA.email,
      reason: expect.stringMatching(/40 bytes of a header/),
    }
    expect(lines).toMatchObject([{ message: 'rejected', fields }])
  })

  it.each([
    ['says nothing', 0],
    ['stops in its head', 50],
  ])('is closed at the handshake deadline if it %s', async (_, bytes) => {
    const { connect, time } = await startVmess()
    const client = await connect()
    await say(client, clientOf().head.subarray(0, bytes))
    time.advance(59_000)
    await turns(undefined, 5)
    expect(client.closes).toBe(0)
    time.advance(3_000)
    await client.untilClosed()
    expect(client.received).toBe(0)
  })
})

describe('a UDP request', () => {
  it('carries datagrams both ways to the one peer it names', async () => {
    const { connect, outbound, flows } = await startVmess()
    const peer = makeDestination('8.8.8.8', 53)
    const session = clientOf({ command: 'udp', destination: peer })
    const client = await connect()
    await say(
      client,
      concat([session.head, ...session.uplink.encode(text('one')), ...session.uplink.encode(text('two'))]),
    )
    await turns(() => outbound.packetTargets.length > 0)
    const heard: string[] = []
    const far = outbound.packetTargets[0]
    far?.start({
      onPacket: (payload, to) => heard.push(`${Buffer.from(payload).toString()} ${JSON.stringify(to.port)}`),
      onClose: () => undefined,
    })
    await turns(() => heard.length === 2)
    expect(heard).toEqual(['one 53', 'two 53'])
    far?.send(text('reply'), peer)
    far?.send(text('again'), peer)
    await turns(() => client.chunks.length > 1)
    const { pieces } = readResponse(session, client.bytes())
    expect(pieces.map((piece) => Buffer.from(piece).toString())).toEqual(['reply', 'again'])
    expect(outbound.flows[0]).toMatchObject({
      network: 'udp',
      destination: peer,
      email: ADA.email,
      onePeer: true,
    })
    expect(flows.live.size).toBe(1)
    client.connection.end()
    await client.untilClosed()
    await turns(() => flows.live.size === 0)
    expect(flows.live.size).toBe(0)
  })
})

it('ends what is in its head, and not what flows, when it closes', async () => {
  const { connect, target, inbound } = await startVmess()
  const flowing = await connect()
  await say(flowing, clientOf().head)
  const server = await target()
  const waiting = await connect()
  await say(waiting, clientOf().head.subarray(0, 30))
  await inbound.close()
  await waiting.untilClosed()
  server.connection.write(text('still here'))
  await flowing.untilReceived(1)
  expect(flowing.closes).toBe(0)
})

it('a legacy client is served where there are many legacy ids, with what came behind its head', async () => {
  const users = Array.from({ length: 10 }, (_, i) => ({
    uuid: new Uint8Array(16).fill(i + 1),
    alterId: 4_095,
    level: 0,
    email: `old-${i}`,
  }))
  const { connect, target, outbound } = await startVmess({ users })
  // The last id of the first slice is not that of this user: it takes several turns to find him.
  const session = clientOf({ user: users[9] as (typeof users)[0], legacy: true })
  const client = await connect()
  client.connection.write(concat([session.head, ...session.uplink.encode(text('hello'))]))
  const server = await target()
  await server.untilReceived(5)
  expect(textOf(server)).toBe('hello')
  expect(outbound.flows[0]).toMatchObject({ email: 'old-9' })
})
