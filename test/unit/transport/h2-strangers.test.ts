/** What somebody sees who is not a client of ours: any web server. Why, stands in the fault alone. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { IncomingHttpHeaders } from 'node:http2'
import { connect } from 'node:http2'
import { makeFakeTicker } from '../../../src/testing.js'
import { makeGrpcTransport } from '../../../src/transport/grpc.js'
import { makeH2Transport } from '../../../src/transport/h2.js'
import { Bench } from '../../support/h2-visitor.js'
import { within } from '../../support/within.js'

const { ticker } = makeFakeTicker()
const H2 = { network: 'h2', path: '/t', hosts: ['a', 'b:8080'], method: 'PUT', headers: {} } as const
const GRPC = { network: 'grpc', serviceName: 'my/service', multi: false } as const
const GRPC_ASK = {
  ':method': 'POST',
  ':path': '/my%2Fservice/Tun',
  'content-type': 'application/grpc',
  te: 'trailers',
}

let bench: Bench

afterEach(() => bench.stop())

/** The response to a request, and whether the server ended it. */
function ask(headers: Record<string, string>): Promise<{ headers: IncomingHttpHeaders; ended: boolean }> {
  const session = connect(`http://127.0.0.1:${bench.address.port}`)
  const answer = new Promise<{ headers: IncomingHttpHeaders; ended: boolean }>((resolve, reject) => {
    session.on('error', reject)
    const stream = session.request(headers, { endStream: false })
    stream.on('error', reject)
    stream.on('response', (response, flags) => {
      resolve({ headers: response, ended: (flags & 1) !== 0 })
      session.destroy()
    })
  })
  return within(10_000, 'an answer', answer)
}

describe('a listener of h2', () => {
  beforeEach(async () => {
    bench = await new Bench(makeH2Transport(H2, { ticker })).start()
  })

  it.each([
    [{ ':method': 'PUT', ':path': '/t', ':authority': 'a' }],
    [{ ':method': 'GET', ':path': '/tunnel/x?y=1', ':authority': 'b:8080' }],
  ])('takes %j at once', async (request) => {
    const { headers, ended } = await ask(request)
    expect(headers).toMatchObject({ ':status': 200, 'cache-control': 'no-store' })
    expect(ended).toBe(false)
  })

  it.each([
    [{ ':path': '/', ':authority': 'a' }, 'its path is "/"; expected "/t" at the beginning'],
    [{ ':path': '/T', ':authority': 'a' }, 'its path is "/T"; expected "/t" at the beginning'],
    [{ ':path': '/t', ':authority': 'b' }, 'its host is "b"; expected "a" or "b:8080"'],
    [{ ':path': '/t', ':authority': 'a:80' }, 'its host is "a:80"; expected "a" or "b:8080"'],
    [
      { ':path': `/${'x'.repeat(100)}`, ':authority': 'a' },
      `its path is "/${'x'.repeat(79)}…"; expected "/t" at the beginning`,
    ],
  ])('answers 404 to %j', async (request, why) => {
    const { headers, ended } = await ask({ ':method': 'PUT', ...request })
    expect(headers).toMatchObject({ ':status': 404, 'content-length': '0' })
    expect(ended).toBe(true)
    const complaint = await bench.complaint()
    expect(complaint).toEqual({ code: 'TRANSPORT_REQUEST', why })
    expect(bench.faults[0]?.context.source).toMatch(/^127\.0\.0\.1:\d+$/)
  })

  it.each([
    ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', '404 Not Found', 'GET in HTTP/1.1'],
    ['\x16\x03\x01\x02\x00\x01', '400 Bad Request', 'it is neither HTTP/2 nor HTTP/1.1'],
    ['PRI * HTTP/2.0\r\n\r\nXX\r\n', '400 Bad Request', 'it is neither HTTP/2 nor HTTP/1.1'],
  ])('answers %j with %s', async (bytes, status, why) => {
    const visitor = await bench.visit()
    visitor.socket.write(bytes, 'latin1')
    await visitor.untilText(`HTTP/1.1 ${status}\r\n`)
    expect(await bench.complaint()).toEqual({ code: 'TRANSPORT_REQUEST', why })
    await visitor.untilClosed()
  })

  it('says nothing of who connects and leaves', async () => {
    const visitor = await bench.visit()
    visitor.socket.end()
    await visitor.untilClosed()
    expect(bench.faults).toEqual([])
  })
})

describe('a listener of grpc', () => {
  beforeEach(async () => {
    bench = await new Bench(makeGrpcTransport(GRPC, { ticker })).start()
  })

  it.each(['/my%2Fservice/Tun', '/my/service/TunMulti'])('takes %s at once', async (path) => {
    const { headers, ended } = await ask({ ...GRPC_ASK, ':path': path })
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' })
    expect(ended).toBe(false)
  })

  it.each([
    [{ ':path': '/service/Tun' }, /^its path is "\/service\/Tun"; expected "\/my%2Fservice\/Tun" or/],
    [{ ':method': 'GET' }, /^its method is "GET"; expected POST$/],
    [{ 'content-type': 'text/plain' }, /^its content-type is "text\/plain"; expected application\/grpc$/],
  ])('answers 404 to %j', async (request, why) => {
    const { headers } = await ask({ ...GRPC_ASK, ...request })
    expect(headers).toMatchObject({ ':status': 404, 'content-length': '0' })
    const complaint = await bench.complaint()
    expect(complaint.code).toBe('TRANSPORT_REQUEST')
    expect(complaint.why).toMatch(why)
  })
})
