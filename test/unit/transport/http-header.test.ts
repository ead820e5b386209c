import { describe, expect, it } from 'vitest'
import { DEFAULT_HTTP_HEADER } from '../../../src/config/http-header.js'
import type { Connection } from '../../../src/contracts/connection.js'
import { Fault } from '../../../src/faults/fault.js'
import { makeFakeClock, makeMemoryTransport, makeSeededRandom, Recorder } from '../../../src/testing.js'
import { makeHttpHeaderTransport } from '../../../src/transport/http-header.js'

const PLACE = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const NEVER = new AbortController().signal
const DATE = 'Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n\r\n'
const CLOSING = `Connection: close\r\nCache-Control: private\r\nContent-Length: 0\r\n${DATE}`
const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

/** A disguised listener, and ways to reach it with and without the disguise. */
async function setUp() {
  const below = makeMemoryTransport()
  const surroundings = { clock: makeFakeClock(), random: makeSeededRandom() }
  const transport = makeHttpHeaderTransport(below, { header: DEFAULT_HTTP_HEADER, ...surroundings })
  const faults: Fault[] = []
  const accepted: Connection[] = []
  const listener = await transport.listen(PLACE, {
    onConnection: (connection) => accepted.push(connection),
    onFault: (fault) => faults.push(fault),
  })
  const address = { ...PLACE, port: listener.endpoint.port }
  return {
    faults,
    connect: async () => {
      const client = await transport.connect(address, { signal: NEVER })
      return { client, server: accepted.shift() as Connection }
    },
    /** A client that says what it likes. */
    knock: async () => {
      const client = new Recorder(await below.connect(address, { signal: NEVER }))
      return { client, server: new Recorder(accepted.shift() as Connection) }
    },
  }
}

const textOf = (recorder: Recorder): string => Buffer.from(recorder.bytes()).toString('latin1')
const say = ({ connection }: Recorder, words: string): void => {
  connection.write(Buffer.from(words, 'latin1'))
}

describe('a disguised client', () => {
  it('sends its head and its first bytes in one write', async () => {
    const below = makeMemoryTransport()
    const received: Uint8Array[] = []
    const listener = await below.listen(PLACE, {
      onConnection: (connection) => {
        connection.start({
          onData: (bytes) => received.push(bytes),
          onEnd: () => undefined,
          onDrain: () => undefined,
          onClose: () => undefined,
        })
      },
    })
    const transport = makeHttpHeaderTransport(below, { header: DEFAULT_HTTP_HEADER })
    const client = await transport.connect({ ...PLACE, port: listener.endpoint.port }, { signal: NEVER })
    client.write(Buffer.from('first'))
    client.write(Buffer.from('second'))
    await new Promise(setImmediate)
    const texts = received.map((bytes) => Buffer.from(bytes).toString('latin1'))
    expect(texts).toEqual([expect.stringMatching(/^GET \/ HTTP\/1\.1\r\n.*\r\n\r\nfirst$/s), 'second'])
  })

  it('reads what comes in one piece with the head, and what comes split', async () => {
    const { connect } = await setUp()
    const { client, server } = await connect()
    const near = new Recorder(client)
    const far = new Recorder(server)
    client.write(Buffer.from('up'))
    server.write(Buffer.from('down'))
    await Promise.all([near.untilReceived(4), far.untilReceived(2)])
    expect([textOf(near), textOf(far)]).toEqual(['down', 'up'])
  })

  it('says that it was turned away: TRANSPORT_HTTP_REFUSED', async () => {
    const { connect } = await setUp()
    const { client, server } = await connect()
    const near = new Recorder(client)
    client.write(Buffer.from('x'))
    server.abort(new Fault('VMESS_UNKNOWN_USER'))
    await near.untilClosed()
    expect(near.fault?.code).toBe('TRANSPORT_HTTP_REFUSED')
    expect(near.fault?.why).toBe('it answers with status 400')
  })
})

describe('a disguised server', () => {
  it('answers another path with 404 and says so in the log: TRANSPORT_HTTP_PATH', async () => {
    const { knock, faults } = await setUp()
    const { client, server } = await knock()
    say(client, 'GET /admin?x HTTP/1.1\r\nHost: x\r\n\r\nvmess')
    await server.untilClosed()
    expect(textOf(client)).toBe(`HTTP/1.1 404 Not Found\r\n${CLOSING}`)
    expect(server.received).toBe(0)
    expect(faults).toEqual([server.fault])
    expect(server.fault).toMatchObject({ code: 'TRANSPORT_HTTP_PATH', why: '127.0.0.1 asks for "/admin"' })
  })

  it.each([
    ['no HTTP', '\x16\x03\x01\x02\x00'],
    ['an endless head', `GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(1_400)}`],
  ])('answers %s with 400: TRANSPORT_HTTP_HEAD', async (_, words) => {
    const { knock, faults } = await setUp()
    const { client, server } = await knock()
    say(client, words)
    await server.untilClosed()
    expect(textOf(client)).toBe(`HTTP/1.1 400 Bad Request\r\n${CLOSING}`)
    expect(faults.map(({ code }) => code)).toEqual(['TRANSPORT_HTTP_HEAD'])
  })

  it('answers 400 when what is inside was refused, and keeps the cause', async () => {
    const { knock, faults } = await setUp()
    const { client, server } = await knock()
    say(client, `${GET}garbage`)
    await server.untilReceived(7)
    const cause = new Fault('VMESS_UNKNOWN_USER')
    server.connection.abort(cause)
    server.connection.write(Buffer.from('too late'))
    await server.untilClosed()
    expect(server.fault).toBe(cause)
    expect(textOf(client)).toBe(`HTTP/1.1 400 Bad Request\r\n${CLOSING}`)
    expect(faults).toEqual([])
  })

  it('takes a head that comes byte by byte, with any host and method', async () => {
    const { knock } = await setUp()
    const { client, server } = await knock()
    for (const byte of 'POST /?ed=5 HTTP/1.0\r\nX: y\r\n\r\nab') say(client, byte)
    await server.untilReceived(2)
    expect(textOf(server)).toBe('ab')
  })

  it('answers half a head and the end with 400: WIRE_TRUNCATED', async () => {
    const { knock } = await setUp()
    const { client, server } = await knock()
    say(client, GET.slice(0, 10))
    client.connection.end()
    await server.untilClosed()
    expect(server.fault?.code).toBe('WIRE_TRUNCATED')
    expect(textOf(client)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  })

  it('says nothing more once its head is out', async () => {
    const { knock } = await setUp()
    const { client, server } = await knock()
    say(client, GET)
    server.connection.write(Buffer.from('down'))
    await client.until('the answer came', () => textOf(client).endsWith('down'))
    server.connection.abort()
    await client.untilClosed()
    expect(textOf(client)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\ndown$/s)
  })
})
