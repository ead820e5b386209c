/** The VMess outbound, seen from its servers and from the flows it carries. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import type { VmessOutboundUser } from '../../../src/config/config.js'
import { Fault } from '../../../src/faults/fault.js'
import { Recorder } from '../../../src/testing.js'
import { hintsLargeChunks } from '../../../src/vmess/large-chunk-hint.js'
import { textOf, turns } from '../../support/inbound-bench.js'
import {
  answer,
  CAROL,
  FLOW,
  makeOutboundScene,
  openOne,
  readRequest,
  requestOf,
  serverAt,
} from '../../support/vmess-outbound.js'

const NEVER = new AbortController().signal
const text = (value: string): Uint8Array => Buffer.from(value)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})

afterEach(() => {
  vi.useRealTimers()
})

/** The code with which an attempt to connect fails. */
async function codeOfFailure(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => 'it worked',
    (reason: unknown) => reason,
  )
  return error instanceof Fault ? error.code : String(error)
}

describe('the head', () => {
  it('leaves in one write with the first payload', async () => {
    const { server, open } = await openOne()
    const flow = await open()
    await turns(undefined, 20)
    expect(server.clients[0]?.received).toBe(0)
    flow.connection.write(text('GET / HTTP/1.1'))
    const { client, request } = await requestOf(server)
    expect(client.chunks.length).toBe(1)
    expect(request.text()).toBe('GET / HTTP/1.1')
    expect(vi.getTimerCount()).toBe(0)
    expect(request.header).toMatchObject({ command: 'tcp', destination: FLOW.destination, options: 0x0d })
    vi.advanceTimersByTime(1_000)
    await turns(undefined, 20)
    expect(client.chunks.length).toBe(1)
  })

  it('leaves alone after 100 ms without a payload', async () => {
    const { server, open } = await openOne()
    const flow = await open()
    vi.advanceTimersByTime(99)
    await turns(undefined, 10)
    expect(server.clients[0]?.received).toBe(0)
    vi.advanceTimersByTime(1)
    const { client, request } = await requestOf(server)
    expect([client.chunks.length, request.pieces]).toEqual([1, []])
    flow.connection.write(text('later'))
    await turns(() => client.chunks.length > 1)
    expect(readRequest(client.bytes())?.text()).toBe('later')
  })

  it('leaves with the end of a flow that has no payload', async () => {
    const { server, open } = await openOne()
    const flow = await open()
    flow.connection.end()
    const { request } = await requestOf(server)
    expect([request.pieces, request.uplink.ended]).toEqual([[], true])
  })

  it('is not sent for a flow that is given up, and no timer stays', async () => {
    const { server, open } = await openOne()
    const flow = await open()
    flow.connection.abort()
    await flow.untilClosed()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(1_000)
    await turns(undefined, 10)
    expect(server.clients[0]?.received).toBe(0)
  })

  it.each([
    ['aes-128-gcm', {}, 3, 0x0d],
    ['chacha20-poly1305', {}, 4, 0x0d],
    ['aes-128-gcm', { authenticatedLength: true }, 3, 0x1d],
    ['none', { authenticatedLength: true }, 5, 0x05],
    ['zero', {}, 5, 0x00],
    ['aes-128-cfb', {}, 1, 0x01],
    ['aes-128-gcm', { options: 0x05 }, 3, 0x05],
  ] as const)('of %s with %o has security %i', async (...[security, more, wire, options]) => {
    const { server, open, users } = await openOne({ security, ...more })
    const flow = await open()
    flow.connection.write(text('payload'))
    const { client, request } = await requestOf(server, 0, users)
    expect(request.header).toMatchObject({ security: wire, options })
    expect(request.text()).toBe('payload')
    client.connection.write(answer(request, 'answer'))
    await flow.untilReceived(6)
    expect(textOf(flow)).toBe('answer')
  })

  it('is a legacy one for a user with alter ids', async () => {
    const { server, open, users } = await openOne({ alterId: 2 })
    const flow = await open()
    flow.connection.write(text('payload'))
    const { client, request } = await requestOf(server, 0, users)
    expect([request.legacy, request.text()]).toEqual([true, 'payload'])
    client.connection.write(answer(request, 'answer'))
    await flow.untilReceived(6)
  })

  it.each([
    [undefined, true],
    [true, true],
    [false, false],
  ])('with largeChunks %s carries the mark for our servers: %s', async (largeChunks, marked) => {
    const { server, open } = await openOne(largeChunks === undefined ? {} : { largeChunks })
    const flow = await open()
    flow.connection.write(text('x'))
    const { request } = await requestOf(server)
    expect(hintsLargeChunks(request.header.bodyKey, request.header.padding)).toBe(marked)
  })
})

describe('the end', () => {
  it('of each side is told, and the transport ends after both', async () => {
    const { server, open } = await openOne()
    const flow = await open()
    flow.connection.write(text('question'))
    flow.connection.end()
    const { client, request } = await requestOf(server)
    await turns(() => request.uplink.ended, 10)
    expect([request.text(), request.uplink.ended, client.ends]).toEqual(['question', true, 0])
    client.connection.write(answer(request, 'answer'))
    for (const part of request.downlink.finish()) client.connection.write(part)
    await flow.untilClosed()
    expect([textOf(flow), flow.ends, flow.fault]).toEqual(['answer', 1, undefined])
    expect(client.ends).toBe(1)
  })

  it('is the end of the transport for a user with NoTerminationSignal', async () => {
    const { server, open } = await openOne({ noTerminationSignal: true })
    const flow = await open()
    flow.connection.write(text('question'))
    flow.connection.end()
    const { client } = await requestOf(server)
    await client.untilEnd()
    const request = readRequest(client.bytes())
    expect([request?.text(), request?.uplink.ended]).toEqual(['question', false])
    request?.uplink.finish()
  })
})

describe('several servers', () => {
  it('take turns', async () => {
    const { listen, outboundTo } = makeOutboundScene()
    const servers = [await listen(1), await listen(2), await listen(3)]
    const outbound = outboundTo([serverAt(1), serverAt(2), serverAt(3)])
    for (let i = 0; i < 7; i++) await outbound.connect(FLOW, NEVER)
    expect(servers.map(({ clients }) => clients.length)).toEqual([3, 2, 2])
  })

  it('stand in for one that cannot be reached', async () => {
    const { listen, outboundTo } = makeOutboundScene()
    const servers = [await listen(2), await listen(3)]
    const outbound = outboundTo([serverAt(1), serverAt(2), serverAt(3)])
    for (let i = 0; i < 6; i++) await outbound.connect(FLOW, NEVER)
    expect(servers.map(({ clients }) => clients.length)).toEqual([4, 2])
  })

  it('are each tried by each of many flows at once', async () => {
    const { listen, outboundTo } = makeOutboundScene()
    const reachable = await listen(2)
    const outbound = outboundTo([serverAt(1), serverAt(2)])
    await Promise.all(Array.from({ length: 8 }, () => outbound.connect(FLOW, NEVER)))
    expect(reachable.clients.length).toBe(8)
  })

  it('that all fail give the fault of the last', async () => {
    const { outboundTo } = makeOutboundScene()
    expect(await codeOfFailure(outboundTo([serverAt(1), serverAt(2)]).connect(FLOW, NEVER))).toBe(
      'DIAL_REFUSED',
    )
  })

  it('are not tried any further once the flow is given up', async () => {
    const tried: number[] = []
    const { outboundTo } = makeOutboundScene({
      wrap: (inner) => ({
        ...inner,
        connect: (address) => {
          tried.push(address.kind === 'tcp' ? address.port : 0)
          return Promise.reject(new Fault('DIAL_ABORTED'))
        },
      }),
    })
    const attempt = outboundTo([serverAt(1), serverAt(2)]).connect(FLOW, AbortSignal.abort())
    expect(await codeOfFailure(attempt)).toBe('DIAL_ABORTED')
    expect(tried).toEqual([1])
  })
})

it('several users of a server are picked by chance', async () => {
  const dave: VmessOutboundUser = {
    ...CAROL,
    uuid: Uint8Array.from(CAROL.uuid, (byte) => byte ^ 1),
    email: 'dave',
  }
  const { listen, outboundTo } = makeOutboundScene()
  const server = await listen(1)
  const outbound = outboundTo([serverAt(1, CAROL, dave)])
  const seen = new Map<string, number>()
  for (let i = 0; i < 40; i++) {
    const connection = await outbound.connect(FLOW, NEVER)
    connection.write(text('x'))
    new Recorder(connection)
    const { request } = await requestOf(server, i, [CAROL, dave])
    seen.set(request.user.email, (seen.get(request.user.email) ?? 0) + 1)
  }
  expect([...seen.keys()].sort()).toEqual(['carol@example.com', 'dave'])
  expect(Math.min(...seen.values())).toBeGreaterThan(8)
})

it('a destination that no request can name fails, and its connection is let go', async () => {
  const { server, outbound } = await openOne()
  const destination = makeDestination(`${'a'.repeat(300)}.example`, 80)
  expect(await codeOfFailure(outbound.connect({ ...FLOW, destination }, NEVER))).toBe('VMESS_DOMAIN')
  await server.clients[0]?.untilClosed()
})
