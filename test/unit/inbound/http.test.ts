import { describe, expect, it } from 'vitest'
import { formatDestination } from '../../../src/address/destination.js'
import type { HttpInboundSettings } from '../../../src/config/config.js'
import { Fault } from '../../../src/faults/fault.js'
import { makeHttpInbound } from '../../../src/inbound/http.js'
import type { Recorder } from '../../../src/testing.js'
import { everyByte } from '../../support/cuts.js'
import { type FakeOutboundOptions, untilAborted } from '../../support/engine-fakes.js'
import { LISTEN, makeInboundBench, STREAM, textOf, turns } from '../../support/inbound-bench.js'

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n'

async function startHttp(settings: Partial<HttpInboundSettings> = {}, options: FakeOutboundOptions = {}) {
  const bench = makeInboundBench(options)
  const whole = { allowTransparent: false, userLevel: 0, ...settings }
  const inbound = makeHttpInbound(
    { tag: 'in', protocol: 'http', listen: LISTEN, stream: STREAM, settings: whole },
    bench.surroundings,
  )
  await inbound.start()
  return { ...bench, inbound }
}

function send(peer: Recorder, ...parts: readonly (string | Uint8Array)[]): void {
  for (const part of parts) peer.connection.write(Buffer.from(part))
}

function get(path: string, ...fields: readonly string[]): string {
  return `GET http://${path} HTTP/1.1\r\nHost: x\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`
}

async function untilText(peer: Recorder, end: string): Promise<void> {
  await peer.until(`it reads ${JSON.stringify(end)}`, () => textOf(peer).endsWith(end))
}

describe('a CONNECT request', () => {
  it('opens a tunnel with early bytes in it, however they are cut', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, ...everyByte(Buffer.from('CONNECT a.example:443 HTTP/1.1\r\n\r\nearly')))
    const server = await target()
    await untilText(server, 'early')
    send(server, 'GET / HTTP/1.1 is not parsed here')
    await untilText(client, 'parsed here')
    expect(textOf(client)).toBe(`${ESTABLISHED}GET / HTTP/1.1 is not parsed here`)
  })

  it('keeps its half-close', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, 'CONNECT a.example:443 HTTP/1.1\r\n\r\nask')
    client.connection.end()
    const server = await target()
    await server.untilEnd()
    send(server, 'answer')
    server.connection.end()
    await client.untilClosed()
    expect(textOf(client)).toBe(`${ESTABLISHED}answer`)
  })

  it.each([
    [new Fault('DIAL_REFUSED'), '502 Bad Gateway'],
    [new Fault('DIAL_BLOCKED'), '403 Forbidden'],
    [new Fault('DIAL_TIMEOUT'), '504 Gateway Timeout'],
    [new Fault('DIAL_FAILED'), '503 Service Unavailable'],
  ])('that fails gets its reason and then the end', async (fault, status) => {
    const { connect } = await startHttp({}, { before: () => Promise.reject(fault) })
    const client = await connect()
    send(client, 'CONNECT a.example:443 HTTP/1.1\r\n\r\n')
    await client.untilClosed()
    expect(textOf(client)).toContain(`HTTP/1.1 ${status}\r\n`)
    expect(textOf(client)).toContain(`\r\n\r\n${fault.code}: `)
  })

  it('gives up its dial when the application goes away', async () => {
    let reason: unknown
    const before = (signal: AbortSignal) =>
      untilAborted(signal).catch((error: unknown) => {
        reason = error
        throw error
      })
    const { connect, outbound } = await startHttp({}, { before })
    const client = await connect()
    send(client, 'CONNECT a.example:443 HTTP/1.1\r\n\r\n')
    await turns(() => outbound.flows.length > 0)
    client.connection.end()
    await turns(() => reason !== undefined)
    expect(reason).toMatchObject({ code: 'DIAL_ABORTED' })
  })
})

describe('plain requests', () => {
  it('each go to their own server, over one connection', async () => {
    const { connect, target, outbound } = await startHttp()
    const client = await connect()
    send(client, get('a.example/1'))
    const first = await target(0)
    await untilText(first, '\r\n\r\n')
    expect(textOf(first)).toBe('GET /1 HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n')
    send(first, 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none')
    await untilText(client, 'one')
    send(client, get('b.example:81/2'))
    const second = await target(1)
    await untilText(second, '\r\n\r\n')
    send(second, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n')
    await untilText(client, '0\r\n\r\n')
    expect(textOf(client)).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\none' +
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n3\r\ntwo\r\n0\r\n\r\n',
    )
    expect(outbound.flows.map(({ destination }) => formatDestination(destination))).toEqual([
      'a.example:80',
      'b.example:81',
    ])
    expect(outbound.flows[0]?.entrance).toEqual(client.connection.remote)
    await first.untilClosed()
  })

  it('that come all at once are kept apart', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    const post = 'POST http://a.example/ HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody'
    send(client, `${post}${get('b.example/')}`)
    const first = await target(0)
    await untilText(first, 'body')
    send(first, 'HTTP/1.1 204 No Content\r\n\r\n')
    const second = await target(1)
    await untilText(second, '\r\n\r\n')
    expect(textOf(first)).toBe(
      'POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody',
    )
    expect(textOf(second)).toBe('GET / HTTP/1.1\r\nHost: b.example\r\nConnection: close\r\n\r\n')
  })

  it('carry chunked uploads, asked for with 100-continue', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    const fields = 'Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n'
    send(client, `PUT http://a.example/ HTTP/1.1\r\n${fields}\r\n`)
    const server = await target()
    send(server, 'HTTP/1.1 100 Continue\r\n\r\n')
    await untilText(client, 'HTTP/1.1 100 Continue\r\n\r\n')
    send(client, ...everyByte(Buffer.from(`3\r\nabc\r\n0\r\n\r\n${get('b.example/')}`)))
    await untilText(server, '3\r\nabc\r\n0\r\n\r\n')
    send(server, 'HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n')
    await untilText(client, 'Connection: keep-alive\r\n\r\n')
    await untilText(await target(1), '\r\n\r\n')
  })

  it('of HEAD have no body in the answer', async () => {
    const { connect, target, outbound } = await startHttp()
    const client = await connect()
    send(client, `HEAD http://a.example/ HTTP/1.1\r\n\r\n${get('b.example/')}`)
    send(await target(), 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
    await turns(() => outbound.flows.length > 1)
    expect(outbound.flows).toHaveLength(2)
  })

  it('end the connection when the length of the answer is not known', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, get('a.example/'))
    const server = await target()
    send(server, 'HTTP/1.0 200 OK\r\n\r\nuntil the end')
    server.connection.end()
    await client.untilEnd()
    expect(textOf(client)).toBe('HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nuntil the end')
  })

  it('end the connection when the answer comes before the whole body', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, 'POST http://a.example/ HTTP/1.1\r\nContent-Length: 100\r\n\r\nthe first part')
    send(await target(), 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n')
    await client.untilEnd()
    expect(textOf(client)).toContain('\r\nConnection: close\r\n')
  })

  it('end the connection when the application asks for it', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, get('a.example/', 'Connection: close'))
    send(await target(), 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    await client.untilEnd()
    expect(textOf(client)).toContain('Connection: close\r\n\r\nok')
  })

  it('are answered after the application has ended its side', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, get('a.example/'))
    client.connection.end()
    const server = await target()
    await untilText(server, '\r\n\r\n')
    expect(server.ends).toBe(0)
    send(server, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    await client.untilClosed()
    expect(textOf(client)).toContain('\r\n\r\nok')
  })

  it('take an answer cut anywhere', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, get('a.example/'))
    const server = await target()
    send(
      server,
      ...everyByte(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and nonsense behind')),
    )
    await untilText(client, 'ok')
    send(client, get('b.example/'))
    await target(1)
    expect(textOf(client)).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok')
  })

  it('take a large answer in one piece, after its head', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, get('a.example/'))
    const server = await target()
    const body = 'x'.repeat(300_000)
    send(server, `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    await untilText(client, 'x'.repeat(1000))
    await client.untilReceived(body.length)
    expect(textOf(client).split('\r\n\r\n')[1]).toBe(body)
  })
})

describe('a web server that misbehaves', () => {
  it.each([
    ['closes without a word', ''],
    ['closes inside its head', 'HTTP/1.1 200 OK\r\nContent-'],
    ['speaks something else', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
    ['contradicts itself', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ])('and %s shows as 502', async (_how, answer) => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, get('a.example/'))
    const server = await target()
    if (answer !== '') send(server, answer)
    server.connection.end()
    await client.untilEnd()
    expect(textOf(client)).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n.*HTTP_UPSTREAM: /s)
  })

  it('and resets shows as 502', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, get('a.example/'))
    const server = await target()
    server.connection.abort()
    await client.untilEnd()
    expect(textOf(client)).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n.*TRANSPORT_RESET: /s)
  })

  it('and closes inside the body makes the answer end early', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, get('a.example/'))
    const server = await target()
    send(server, 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
    server.connection.end()
    await client.untilEnd()
    expect(textOf(client)).toMatch(/half$/)
  })

  it('and breaks its chunks makes the answer break', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, get('a.example/'))
    send(await target(), 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense')
    await client.untilClosed()
    expect(client.fault?.code).toBe('TRANSPORT_RESET')
  })
})

describe('what is refused', () => {
  it.each([
    ['GET / HTTP/1.1\r\nHost: a.example\r\n\r\n', 400, 'HTTP_TARGET'],
    ['POST http://a/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'HTTP_FRAMING'],
    ['\x16\x03\x01', 400, 'HTTP_HEAD'],
    ['GET http://a/ HTTP/3.0\r\n\r\n', 505, 'HTTP_VERSION'],
    [`GET http://a/ HTTP/1.1\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`, 431, 'HTTP_HEAD_SIZE'],
  ])('%#: status %i', async (text, status, code) => {
    const { connect, lines, outbound } = await startHttp()
    const client = await connect()
    send(client, Buffer.from(text, 'latin1'))
    await client.untilClosed()
    expect(textOf(client)).toContain(`HTTP/1.1 ${status} `)
    expect(textOf(client)).toContain(code)
    expect(lines.map(({ fields }) => fields.code)).toEqual([code])
    expect(outbound.flows).toEqual([])
  })

  it('is who does not log in', async () => {
    const { connect, outbound } = await startHttp({ accounts: [{ user: 'ann', pass: 'x' }] })
    for (const field of ['X: y', `Proxy-Authorization: Basic ${btoa('ann:y')}`]) {
      const client = await connect()
      send(client, get('a.example/', field))
      await client.untilClosed()
      expect(textOf(client)).toMatch(/^HTTP\/1\.1 407 .*HTTP_LOGIN/s)
    }
    const client = await connect()
    send(client, get('a.example/', `Proxy-Authorization: Basic ${btoa('ann:x')}`))
    await turns(() => outbound.flows.length > 0)
    expect(outbound.flows[0]?.email).toBe('ann')
  })

  it('is a body whose chunks break, before anything was answered', async () => {
    const { connect, target } = await startHttp()
    const client = await connect()
    send(client, 'POST http://a.example/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n')
    const server = await target()
    send(client, 'nonsense')
    await client.untilEnd()
    expect(textOf(client)).toMatch(/^HTTP\/1\.1 400 .*HTTP_FRAMING/s)
    await server.untilClosed()
  })
})

describe('a connection between two requests', () => {
  async function answered() {
    const bench = await startHttp()
    const client = await bench.connect()
    send(client, get('a.example/'))
    send(await bench.target(), 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    await untilText(client, 'ok')
    await turns(undefined, 5)
    return { ...bench, client }
  }

  it('ends at the deadline of a head', async () => {
    const { client, time } = await answered()
    time.advance(59_000)
    await turns(undefined, 5)
    expect(client.closes).toBe(0)
    time.advance(1_000)
    await client.untilClosed()
    expect(time.running()).toBe(0)
  })

  it('ends with its inbound', async () => {
    const { client, inbound } = await answered()
    await inbound.close()
    await client.untilClosed()
  })

  it('lets a slow reader take its last answer', async () => {
    const { client, target, time } = await answered()
    client.connection.pause()
    send(client, get('b.example/', 'Connection: close'))
    send(await target(1), 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')
    await turns(undefined, 10)
    time.advance(200_000)
    await turns(undefined, 5)
    client.connection.resume()
    await client.untilClosed()
    expect(textOf(client)).toMatch(/hi$/)
    time.advance(2_000)
    expect(time.running()).toBe(0)
  })

  it('may be ended by the application', async () => {
    const { client, lines } = await answered()
    client.connection.end()
    await client.untilClosed()
    expect(lines).toEqual([])
  })
})
