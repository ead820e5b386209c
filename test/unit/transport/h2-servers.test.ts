/** What a client makes of servers that do not answer as they should. */
import { once } from 'node:events'
import { createServer, type Http2Server, type Http2Session, type ServerHttp2Stream } from 'node:http2'
import { createServer as createTcpServer, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import type { Transport } from '../../../src/contracts/transport.js'
import { makeFakeTicker, Recorder } from '../../../src/testing.js'
import { makeGrpcTransport } from '../../../src/transport/grpc.js'
import { makeH2Transport } from '../../../src/transport/h2.js'
import { BEAT_MS } from '../../../src/transport/h2-session.js'
import { makeAuthority } from '../../support/certificates.js'
import { FRAME, frame, u32 } from '../../support/h2-frames.js'

const NEVER = new AbortController().signal
const H2 = { network: 'h2', path: '/t', hosts: ['a'], method: 'PUT', headers: { 'x-own': '1' } } as const
const GRPC = { network: 'grpc', serviceName: 'Gun', multi: false, authority: 'a', userAgent: 'u/1' } as const

let time = makeFakeTicker()
let cleanUp: (() => void)[] = []

afterEach(() => {
  for (const step of cleanUp.reverse()) step()
  cleanUp = []
  time = makeFakeTicker()
})

const h2 = () => kept(makeH2Transport(H2, { ticker: time.ticker }))
const grpc = () => kept(makeGrpcTransport(GRPC, { ticker: time.ticker }))

function kept(transport: Transport): Transport {
  cleanUp.push(() => transport.close?.())
  return transport
}

async function serve(
  onStream: (stream: ServerHttp2Stream, headers: Record<string, unknown>) => void,
  options: Parameters<typeof createServer>[0] = {},
): Promise<Served> {
  const server = createServer(options)
  const sessions: Http2Session[] = []
  server.on('session', (session) => {
    sessions.push(session)
    session.on('error', () => undefined)
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    onStream(stream, headers)
  })
  cleanUp.push(() => {
    for (const session of sessions) session.destroy()
  })
  return { server, sessions, address: await listen(server) }
}

interface Served {
  readonly server: Http2Server
  readonly sessions: Http2Session[]
  readonly address: { kind: 'tcp'; host: string; port: number }
}

async function listen(server: Server | Http2Server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUp.push(() => server.close())
  return { kind: 'tcp', host: '127.0.0.1', port: (server.address() as { port: number }).port } as const
}

/** A connection to it, used, until it is closed. */
async function outcome(transport: Transport, { address }: Pick<Served, 'address'>): Promise<Recorder> {
  const recorder = new Recorder(await transport.connect(address, { signal: NEVER }))
  recorder.connection.write(new Uint8Array(10))
  await recorder.untilClosed()
  return recorder
}

describe('an answer that is no tunnel', () => {
  it.each([404, 403, 502])('status %i', async (status) => {
    const served = await serve((stream) => stream.respond({ ':status': status }, { endStream: true }))
    for (const transport of [h2(), grpc()]) {
      const { fault } = await outcome(transport, served)
      expect(fault?.code).toBe('TRANSPORT_H2_STATUS')
      expect(fault?.why).toMatch(new RegExp(`^status ${status} at /`))
    }
  })

  it('a gRPC status in the response', async () => {
    const headers = {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': '12',
      'grpc-message': 'unknown',
    }
    const served = await serve((stream) => stream.respond(headers, { endStream: true }))
    const { fault } = await outcome(grpc(), served)
    expect(fault).toMatchObject({ code: 'TRANSPORT_GRPC_STATUS', why: 'status "12" at /Gun/Tun: "unknown"' })
  })

  it('a gRPC status in the trailers', async () => {
    const served = await serve((stream) => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '13' }))
      stream.end()
    })
    expect((await outcome(grpc(), served)).fault?.code).toBe('TRANSPORT_GRPC_STATUS')
  })

  it('a gRPC message with a false length', async () => {
    const served = await serve((stream) => {
      stream.respond({ ':status': 200 })
      stream.write(Buffer.from('00000000030a7f61', 'hex'))
    })
    expect((await outcome(grpc(), served)).fault?.code).toBe('TRANSPORT_GRPC_MESSAGE')
  })

  it('a gRPC stream that ends inside a message', async () => {
    const served = await serve((stream) => {
      stream.respond({ ':status': 200 })
      stream.end(Buffer.from('00000000070a0568', 'hex'))
    })
    expect((await outcome(grpc(), served)).fault?.code).toBe('WIRE_TRUNCATED')
  })

  it('a server of HTTP/1.1', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    })
    expect((await outcome(h2(), { address: await listen(server) })).fault?.code).toBe('TRANSPORT_H2_PROTOCOL')
  })

  it('a TLS server that does not agree on h2', async () => {
    const { certificate: cert, key } = await (await makeAuthority()).issue(['127.0.0.1'])
    const address = await listen(createTlsServer({ cert, key }))
    const tls = { allowInsecure: true, disableSystemRoot: true, certificates: [] }
    const transport = kept(makeH2Transport(H2, { tls, ticker: time.ticker }))
    await expect(transport.connect(address, { signal: NEVER })).rejects.toMatchObject({
      code: 'TRANSPORT_H2_ALPN',
      why: `127.0.0.1:${address.port} agreed on nothing, not h2`,
    })
  })

  it('a stream that is reset', async () => {
    const served = await serve((stream) => stream.close(7))
    const { fault } = await outcome(h2(), served)
    expect(fault).toMatchObject({ code: 'TRANSPORT_RESET', why: expect.stringContaining('REFUSED_STREAM') })
  })
})

describe('what is asked', () => {
  it('of h2', async () => {
    const asked = new Promise<Record<string, unknown>>((resolve) => {
      void serve((_, headers) => resolve(headers)).then((served) =>
        outcome(h2(), served).catch(() => undefined),
      )
    })
    expect(await asked).toMatchObject({
      ':method': 'PUT',
      ':path': '/t',
      ':authority': 'a',
      ':scheme': 'http',
      'accept-encoding': 'identity',
      'x-own': '1',
    })
    time.advance(BEAT_MS)
  })

  it('of grpc', async () => {
    const asked = new Promise<Record<string, unknown>>((resolve) => {
      void serve((_, headers) => resolve(headers)).then((served) =>
        outcome(grpc(), served).catch(() => undefined),
      )
    })
    expect(await asked).toMatchObject({
      ':method': 'POST',
      ':path': '/Gun/Tun',
      ':authority': 'a',
      'content-type': 'application/grpc',
      'user-agent': 'u/1',
      te: 'trailers',
    })
  })
})

describe('a shared session', () => {
  const hold = (stream: ServerHttp2Stream): void => stream.respond({ ':status': 200 })

  it('is left when the server says goodbye; its streams go on', async () => {
    const served = await serve((stream) => {
      stream.respond({ ':status': 200 })
      stream.pipe(stream)
    })
    const transport = h2()
    const first = new Recorder(await transport.connect(served.address, { signal: NEVER }))
    first.connection.write(new Uint8Array(5))
    await first.untilReceived(5)
    const [session] = served.sessions as [Http2Session]
    session.goaway(0)
    // The answer shows that the goodbye was heard.
    await new Promise((resolve) => session.ping(resolve))
    const second = new Recorder(await transport.connect(served.address, { signal: NEVER }))
    second.connection.write(new Uint8Array(5))
    await second.untilReceived(5)
    expect(served.sessions).toHaveLength(2)
    first.connection.write(new Uint8Array(5))
    await first.untilReceived(10)
    first.connection.abort()
    second.connection.abort()
  })

  it('takes its streams along when the server ends it for a reason', async () => {
    const served = await serve(hold)
    const transport = h2()
    const recorder = new Recorder(await transport.connect(served.address, { signal: NEVER }))
    await once(served.server, 'stream')
    served.sessions[0]?.goaway(11)
    await recorder.untilClosed()
    expect(recorder.fault).toMatchObject({ code: 'TRANSPORT_H2_GOAWAY', why: 'ENHANCE_YOUR_CALM' })
  })

  it('takes its streams along when its socket dies', async () => {
    const served = await serve(hold)
    const recorder = new Recorder(await h2().connect(served.address, { signal: NEVER }))
    await once(served.server, 'stream')
    served.sessions[0]?.socket.destroySoon()
    await recorder.untilClosed()
    expect(recorder.fault?.code).toBe('TRANSPORT_RESET')
  })

  it('gets company when it is full', async () => {
    const served = await serve(hold, { settings: { maxConcurrentStreams: 2 } })
    const transport = h2()
    const open = async () => new Recorder(await transport.connect(served.address, { signal: NEVER }))
    const recorders = [await open()]
    await once(served.server, 'stream')
    for (let i = 0; i < 4; i++) recorders.push(await open())
    expect(new Set(recorders.map(({ connection }) => connection.local.port)).size).toBe(3)
    for (const { connection } of recorders) connection.abort()
  })

  it('ends when it had nothing to carry for half a minute', async () => {
    const served = await serve(hold)
    const transport = h2()
    const recorder = new Recorder(await transport.connect(served.address, { signal: NEVER }))
    await once(served.server, 'stream')
    recorder.connection.abort()
    await recorder.untilClosed()
    time.advance(6 * BEAT_MS)
    expect(served.sessions[0]?.destroyed).toBe(false)
    const closed = once(served.sessions[0] as Http2Session, 'close')
    time.advance(BEAT_MS)
    await closed
  })

  it('is given up when it answers nothing any more', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      // SETTINGS, and then not a word.
      socket.write(Buffer.from('000000040000000000', 'hex'))
      socket.resume()
    })
    const address = await listen(server)
    const recorder = new Recorder(await h2().connect(address, { signal: NEVER }))
    recorder.connection.write(new Uint8Array(10))
    time.advance(8 * BEAT_MS)
    await recorder.untilClosed()
    expect(recorder.fault?.code).toBe('TRANSPORT_H2_SILENT')
  })
})

describe('a server that leaves while a request is on its way to it', () => {
  /** GOAWAY that refuses what came after the stream `last`, in answer to the first HEADERS; then nothing. */
  async function serveLeaving(sessions: number) {
    let left = 0
    const answering = createServer()
    const received: string[] = []
    answering.on('stream', (stream) => {
      stream.on('error', () => undefined)
      stream.respond({ ':status': 200 })
      stream.on('data', (bytes: Buffer) => received.push(bytes.toString()))
      stream.write('hello')
    })
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      if (left === sessions) {
        answering.emit('connection', socket)
        return
      }
      left++
      socket.write(frame(FRAME.settings, {}))
      socket.once('data', () => socket.write(frame(FRAME.goaway, {}, u32(0, 0))))
    })
    cleanUp.push(() => answering.close())
    return { address: await listen(server), received, left: () => left }
  }

  it('is asked again on another session, with all that was sent', async () => {
    const { address, received, left } = await serveLeaving(2)
    const client = new Recorder(await h2().connect(address, { signal: NEVER }))
    client.connection.write(Buffer.from('one,'))
    client.connection.write(Buffer.from('two'))
    await client.untilReceived(5)
    while (received.join('').length < 7) await new Promise(setImmediate)
    expect(received.join('')).toBe('one,two')
    expect(left()).toBe(2)
    client.connection.abort()
    await client.untilClosed()
    expect(client.closes).toBe(1)
  })

  it('is given up after four attempts: TRANSPORT_RESET', async () => {
    const { address, left } = await serveLeaving(100)
    const { fault, closes } = await outcome(h2(), { address })
    expect(fault).toMatchObject({ code: 'TRANSPORT_RESET' })
    expect([closes, left()]).toEqual([1, 4])
  })

  it('is not asked again for one that was aborted', async () => {
    const { address } = await serveLeaving(100)
    const client = new Recorder(await h2().connect(address, { signal: NEVER }))
    client.connection.abort()
    await client.untilClosed()
    expect(client.closes).toBe(1)
  })
})
