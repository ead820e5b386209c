import { describe, expect, it } from 'vitest'
import { formatDestination, makeDestination } from '../../../src/address/destination.js'
import { concat, toHex } from '../../../src/bytes/bytes.js'
import type { SocksInboundSettings } from '../../../src/config/config.js'
import { DEFAULT_POLICY } from '../../../src/config/policy.js'
import { Fault } from '../../../src/faults/fault.js'
import { makeSocksInbound } from '../../../src/inbound/socks.js'
import type { Recorder } from '../../../src/testing.js'
import { patternBytes } from '../../../src/testing/contract.js'
import { everyByte } from '../../support/cuts.js'
import { type FakeOutboundOptions, untilAborted } from '../../support/engine-fakes.js'
import { LISTEN, makeInboundBench, STREAM, textOf, turns } from '../../support/inbound-bench.js'
import {
  domain,
  GREETING_LOGIN,
  GREETING_PLAIN,
  ipv4,
  login,
  request4,
  request5,
} from '../../support/socks-bytes.js'

const CONNECT = concat([GREETING_PLAIN, request5(1, domain('a.example', 80))])
const GRANTED = '0500' + '05000001000000000000'

async function startSocks(settings: Partial<SocksInboundSettings> = {}, options: FakeOutboundOptions = {}) {
  const bench = makeInboundBench(options)
  const whole = { udp: true, userLevel: 0, ...settings }
  const inbound = makeSocksInbound(
    { tag: 'in', protocol: 'socks', listen: LISTEN, stream: STREAM, settings: whole },
    bench.surroundings,
  )
  await inbound.start()
  return { ...bench, inbound }
}

function failing(fault: Fault): FakeOutboundOptions {
  return { before: () => Promise.reject(fault) }
}

function send(client: Recorder, ...parts: readonly (Uint8Array | string)[]): void {
  for (const part of parts) client.connection.write(Buffer.from(part))
}

describe('a SOCKS CONNECT', () => {
  it('is answered once the outbound is open, and then relayed both ways', async () => {
    const { connect, target, outbound } = await startSocks()
    const client = await connect()
    send(client, CONNECT)
    const server = await target()
    send(client, 'up')
    await server.untilReceived(2)
    send(server, 'down')
    await client.untilReceived(16)
    expect(toHex(client.bytes())).toBe(GRANTED + Buffer.from('down').toString('hex'))
    expect(outbound.flows[0]).toMatchObject({ network: 'tcp', inboundTag: 'in', email: '', level: 0 })
    expect(formatDestination(outbound.flows[0]?.destination ?? makeDestination('', 0))).toBe('a.example:80')
  })

  it('keeps bytes that come early, however they are cut', async () => {
    const { connect, target } = await startSocks()
    const client = await connect()
    send(client, ...everyByte(concat([CONNECT, Buffer.from('early')])))
    const server = await target()
    await server.untilReceived(5)
    expect(textOf(server)).toBe('early')
  })

  it('keeps early bytes, however many come in one piece', async () => {
    const { connect, target } = await startSocks()
    const client = await connect()
    const early = patternBytes(200_000)
    send(client, concat([CONNECT, early]))
    const server = await target()
    await server.untilReceived(early.length)
    expect(toHex(server.bytes())).toBe(toHex(early))
  })

  it('keeps bytes that come while it dials', async () => {
    let open = () => {}
    const { connect, target, outbound } = await startSocks(
      {},
      { before: () => new Promise<void>((done) => (open = done)) },
    )
    const client = await connect()
    send(client, CONNECT)
    await turns(() => outbound.flows.length > 0)
    send(client, 'one', 'two')
    await turns(undefined, 5)
    expect(toHex(client.bytes())).toBe('0500')
    open()
    const server = await target()
    await server.untilReceived(6)
    expect(textOf(server)).toBe('onetwo')
  })

  it('names the user who logged in', async () => {
    const { connect, outbound } = await startSocks({ accounts: [{ user: 'ann', pass: 'x' }] })
    const client = await connect()
    send(client, GREETING_LOGIN, login('ann', 'x'), request5(1, ipv4([1, 2, 3, 4], 80)))
    await turns(() => outbound.flows.length > 0)
    expect(outbound.flows[0]?.email).toBe('ann')
  })

  it.each([
    [new Fault('DIAL_REFUSED'), '05050001000000000000'],
    [new Fault('DIAL_BLOCKED'), '05020001000000000000'],
    [new Fault('DIAL_TIMEOUT'), '05040001000000000000'],
  ])('that fails gets its reason and then the end', async (fault, reply) => {
    const { connect } = await startSocks({}, failing(fault))
    const client = await connect()
    send(client, CONNECT)
    await client.untilClosed()
    expect(toHex(client.bytes())).toBe(`0500${reply}`)
  })

  it('of version 4 that fails is refused in its own words', async () => {
    const { connect } = await startSocks({}, failing(new Fault('DIAL_REFUSED')))
    const client = await connect()
    send(client, request4(80, [1, 2, 3, 4], ['']))
    await client.untilClosed()
    expect(toHex(client.bytes())).toBe('005b000000000000')
  })

  it.each([
    ['goes away', (client: Recorder) => client.connection.abort()],
    ['ends', (client: Recorder) => client.connection.end()],
  ])('gives up its dial when the application %s', async (_how, leave) => {
    let reason: unknown
    const before = (signal: AbortSignal) =>
      untilAborted(signal).catch((error: unknown) => {
        reason = error
        throw error
      })
    const { connect, outbound } = await startSocks({}, { before })
    const client = await connect()
    send(client, CONNECT)
    await turns(() => outbound.flows.length > 0)
    leave(client)
    await turns(() => reason !== undefined)
    expect(reason).toMatchObject({ code: 'DIAL_ABORTED' })
  })
})

describe('a SOCKS head', () => {
  it('that is refused leaves one line in the log, with the fault', async () => {
    const { connect, lines } = await startSocks({ accounts: [] })
    const client = await connect()
    send(client, GREETING_LOGIN, login('ann', 'secret-word'))
    await client.untilClosed()
    expect(toHex(client.bytes())).toBe('05020101')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ level: 'info', fields: { inbound: 'in', code: 'SOCKS_LOGIN' } })
    expect(JSON.stringify(lines)).not.toContain('secret-word')
  })

  it('that comes a byte a second ends at the deadline', async () => {
    const { connect, time } = await startSocks()
    const client = await connect()
    const long = request4(80, [0, 0, 0, 1], ['u'.repeat(200), 'n'.repeat(200)])
    let seconds = 0
    while (client.closes === 0 && seconds < long.length) {
      send(client, long.subarray(seconds, seconds + 1))
      await turns(undefined, 1)
      time.advance(1_000)
      await turns(undefined, 1)
      seconds++
    }
    expect(seconds * 1_000).toBeGreaterThanOrEqual(DEFAULT_POLICY.handshakeMs)
    expect(seconds * 1_000).toBeLessThanOrEqual(DEFAULT_POLICY.handshakeMs + 2_000)
  })

  it('whose peer does not take the hint is cut after a moment', async () => {
    const { connect, time } = await startSocks()
    const client = await connect()
    client.onEvent = () => client.connection.pause()
    send(client, Uint8Array.of(5, 1, 7))
    await turns(undefined, 10)
    expect(client.closes).toBe(0)
    time.advance(2_000)
    await client.untilClosed()
    // The acceptor notices at its next beat that it has nobody left.
    time.advance(1_000)
    expect(time.running()).toBe(0)
  })

  it('whose peer has not read its refusal is waited for, but not for ever', async () => {
    const { connect, time } = await startSocks()
    const client = await connect()
    client.connection.pause()
    send(client, Uint8Array.of(5, 1, 7))
    await turns(undefined, 10)
    // Until the acceptor's own deadline, which holds for a refused head too.
    time.advance(59_000)
    await turns(undefined, 5)
    expect(client.closes).toBe(0)
    time.advance(3_000)
    await client.untilClosed()
    expect(client.received).toBe(0)
  })

  it('that never begins is nothing to speak of', async () => {
    const { connect, lines } = await startSocks()
    const client = await connect()
    client.connection.end()
    await client.untilClosed()
    expect(lines).toEqual([])
  })
})
