/** What tcp does beyond the contracts of connections and transports. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectSocket, createServer, Server, Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Connection } from '../../../src/contracts/connection.js'
import type { Address, Listener, ListenOptions } from '../../../src/contracts/transport.js'
import { Fault, isFault } from '../../../src/faults/fault.js'
import { Recorder } from '../../../src/testing.js'
import { patternBytes } from '../../../src/testing/contract.js'
import { brokenFault, dialFault, listenFault } from '../../../src/transport/socket-faults.js'
import { READ_BYTES } from '../../../src/transport/read-buffer.js'
import { makeTcpTransport } from '../../../src/transport/tcp.js'
import { turns } from '../../support/inbound-bench.js'
import { makeTcpPair } from '../../support/tcp-pair.js'

const NEVER = new AbortController().signal
const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const MODES = ['static', 'events'] as const
const listeners: Listener[] = []

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(listeners.splice(0).map((listener) => listener.close()))
})

async function listen(
  options: ListenOptions,
  address: Address = LOOPBACK,
  reads: 'static' | 'events' = 'static',
) {
  const listener = await makeTcpTransport({ reads }).listen(address, options)
  listeners.push(listener)
  return listener
}

const drop = (connection: Connection): void => {
  connection.abort()
}

async function failureOf(attempt: Promise<unknown>): Promise<Fault> {
  const reason: unknown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!isFault(reason)) throw new Error(`no fault but ${String(reason)}`)
  return reason
}

/** How many sockets this process has open. */
function sockets(): number {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /^(TCP|Pipe)(Socket|Connect)?Wrap$|TCPSOCKET/.test(name)).length
}

/** The timer that the system runs for a tcp socket between these ports of loopback; 2: keep-alive. */
function systemTimer(local: number, remote: number): string | undefined {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n')
  const line = lines.find((each) => each.includes(`:${hex(local)} 0100007F:${hex(remote)} 01`))
  return line?.trim().split(/\s+/)[5]?.slice(0, 2)
}

describe.skipIf(process.platform !== 'linux')('a peer that falls silent', () => {
  it.each(MODES)('is asked whether it is there, from both ends: read by %s', async (reads) => {
    const { near, far, release } = await makeTcpPair({ reads })
    const [from, to] = [near.local.port, far.local.port]
    expect([systemTimer(from, to), systemTimer(to, from)]).toEqual(['02', '02'])
    const ends = [new Recorder(near), new Recorder(far)]
    near.abort()
    await Promise.all(ends.map((end) => end.untilClosed()))
    await release()
  })
})

describe.each(MODES)('read by %s', (reads) => {
  it('two thousand short connections leave nothing open', async () => {
    const before = sockets()
    let gone = 0
    const listener = await listen(
      {
        onConnection: (connection) => {
          connection.start({
            onData: () => connection.end(),
            onEnd: () => connection.end(),
            onDrain: () => undefined,
            onClose: () => gone++,
          })
        },
      },
      LOOPBACK,
      reads,
    )
    const transport = makeTcpTransport({ reads })
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 100 }, async (_, i) => {
          const connection = await transport.connect(
            { ...LOOPBACK, port: listener.endpoint.port },
            { signal: new AbortController().signal },
          )
          const recorder = new Recorder(connection)
          if (i % 2 === 0) connection.write(patternBytes(10))
          else connection.abort()
          await recorder.untilClosed()
        }),
      )
    }
    await turns(() => gone === 2_000, 5_000)
    await listener.close()
    await turns(() => sockets() <= before, 5_000)
    expect([gone, sockets()]).toEqual([2_000, before])
  })

  it('a reset is told as such', async () => {
    const accepted: Recorder[] = []
    const { endpoint } = await listen(
      { onConnection: (one) => accepted.push(new Recorder(one)) },
      LOOPBACK,
      reads,
    )
    const socket = connectSocket(endpoint.port)
    socket.write('x')
    await turns(() => (accepted[0]?.received ?? 0) > 0, 5_000)
    socket.resetAndDestroy()
    await accepted[0]?.untilClosed()
    expect([accepted[0]?.fault?.code, accepted[0]?.fault?.why]).toEqual(['TRANSPORT_RESET', 'ECONNRESET'])
  })

  it('reaches a name with several addresses, of which the first refuses', async () => {
    const { endpoint } = await listen({ onConnection: (one) => one.start(echo(one)) }, LOOPBACK, reads)
    const connection = await makeTcpTransport({ reads }).connect(
      { kind: 'tcp', host: 'localhost', port: endpoint.port },
      { signal: NEVER },
    )
    const recorder = new Recorder(connection)
    const bytes = patternBytes(READ_BYTES * 2 + 1)
    connection.write(bytes.slice())
    await recorder.untilReceived(bytes.length)
    expect(Buffer.compare(recorder.bytes(), bytes)).toBe(0)
    connection.abort()
  })

  it('writes made while a read is delivered leave together', async () => {
    const { endpoint } = await listen(
      {
        onConnection: (connection) => {
          connection.start({
            ...echo(connection),
            onData: () => {
              for (const part of ['one ', 'two ', 'three']) connection.write(Buffer.from(part))
            },
          })
        },
      },
      LOOPBACK,
      reads,
    )
    const socket = connectSocket(endpoint.port)
    const write = vi.spyOn(Socket.prototype, 'write')
    socket.write('x')
    const [first] = (await once(socket, 'data')) as [Buffer]
    expect(first.toString()).toBe('one two three')
    expect(write).toHaveBeenCalledTimes(2)
    socket.destroy()
  })

  it('an abort in the middle of what was put back is followed by nothing', async () => {
    const { near, far, release } = await makeTcpPair({ reads })
    far.unread(patternBytes(5))
    far.unread(patternBytes(5))
    const recorder = new Recorder(far)
    recorder.onEvent = () => {
      far.abort()
    }
    await recorder.untilClosed()
    expect(recorder.received).toBe(5)
    near.abort()
    await release()
  })

  it('bytes that were kept survive the reads after them', async () => {
    const { near, far, release } = await makeTcpPair({ reads })
    const kept: Uint8Array[] = []
    let received = 0
    far.start({
      ...echo(far),
      onData: (bytes, lender) => {
        kept.push(lender.keep(bytes))
        received += bytes.length
      },
    })
    const all = patternBytes(500_000)
    near.start(echo(near))
    for (let at = 0; at < all.length; at += 5_000) near.write(all.slice(at, at + 5_000))
    await turns(() => received === all.length, 5_000)
    expect(Buffer.compare(Buffer.concat(kept), all)).toBe(0)
    near.abort()
    far.abort()
    await release()
  })
})

function echo(connection: Connection) {
  return {
    onData: (bytes: Uint8Array, lender: { keep(part: Uint8Array): Uint8Array }): void => {
      connection.write(bytes, lender)
    },
    onEnd: (): void => {
      connection.end()
    },
    onDrain: (): void => undefined,
    onClose: (): void => undefined,
  }
}

/** The servers that are made from now on. */
function watchServers(): Server[] {
  const servers: Server[] = []
  const { listen: original } = Server.prototype
  vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args: unknown[]) {
    servers.push(this)
    return Reflect.apply(original, this, args) as Server
  })
  return servers
}

describe('listening', () => {
  it('goes on when connections cannot be accepted, and says so', async () => {
    const servers = watchServers()
    const faults: Fault[] = []
    const accepted: Connection[] = []
    const { endpoint } = await listen({
      onConnection: (connection) => accepted.push(connection),
      onFault: (fault) => faults.push(fault),
    })
    for (const code of ['EMFILE', 'ENFILE']) {
      servers[0]?.emit('error', Object.assign(new Error(`accept ${code}`), { code }))
    }
    expect(faults.map(({ code, why }) => [code, why])).toEqual([
      ['TRANSPORT_LISTEN', '127.0.0.1:0: accept EMFILE (EMFILE)'],
      ['TRANSPORT_LISTEN', '127.0.0.1:0: accept ENFILE (ENFILE)'],
    ])
    const socket = connectSocket(endpoint.port)
    await once(socket, 'connect')
    await turns(() => accepted.length > 0, 5_000)
    expect(accepted.length).toBe(1)
    accepted.forEach(drop)
    socket.destroy()
  })

  it('without a listener for faults survives them too', async () => {
    const servers = watchServers()
    await listen({ onConnection: drop })
    expect(servers[0]?.emit('error', new Error('accept ENFILE'))).toBe(true)
  })

  it.each(MODES)('by %s ends for good once it is closed and its connections are gone', async (reads) => {
    const servers = watchServers()
    const { near, far, release } = await makeTcpPair({ reads })
    const [server] = servers as [Server]
    const closed = once(server, 'close')
    await release()
    for (const end of [near, far]) new Recorder(end).connection.end()
    await closed
    expect(server.listening).toBe(false)
  })

  it('on all addresses shows IPv4 clients as such', async () => {
    const accepted: Connection[] = []
    const { endpoint } = await listen(
      { onConnection: (connection) => accepted.push(connection) },
      { kind: 'tcp', host: '::', port: 0 },
    )
    const socket = connectSocket(endpoint.port, '127.0.0.1')
    await turns(() => accepted.length > 0, 5_000)
    expect(accepted[0]?.remote.address).toBe('127.0.0.1')
    expect(accepted[0]?.local).toEqual({ address: '127.0.0.1', port: endpoint.port })
    accepted.forEach(drop)
    socket.destroy()
  })

  it('where somebody else listens fails with the place and the reason', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const fault = await failureOf(listen({ onConnection: drop }, { ...LOOPBACK, port }))
    expect([fault.code, fault.why]).toEqual([
      'TRANSPORT_LISTEN',
      `127.0.0.1:${port}: the address is in use (EADDRINUSE)`,
    ])
    server.close()
  })
})

describe('connecting', () => {
  it('that is given up leaves no socket behind', async () => {
    const { endpoint } = await listen({ onConnection: drop })
    const before = sockets()
    const reason = new Fault('DIAL_TIMEOUT')
    for (let i = 0; i < 50; i++) {
      const controller = new AbortController()
      const attempt = makeTcpTransport().connect(
        { ...LOOPBACK, port: endpoint.port },
        { signal: controller.signal },
      )
      controller.abort(reason)
      expect(await failureOf(attempt)).toBe(reason)
    }
    await turns(() => sockets() <= before, 5_000)
    expect(sockets()).toBe(before)
  })

  it('given up for a reason that is no fault is DIAL_ABORTED with its cause', async () => {
    const fault = await failureOf(makeTcpTransport().connect(LOOPBACK, { signal: AbortSignal.abort('why') }))
    expect([fault.code, fault.cause]).toEqual(['DIAL_ABORTED', 'why'])
  })

  it.skipIf(process.platform !== 'linux')('can come from an address of our choice', async () => {
    const accepted: Connection[] = []
    const { endpoint } = await listen({ onConnection: (connection) => accepted.push(connection) })
    const connection = await makeTcpTransport().connect(
      { ...LOOPBACK, port: endpoint.port },
      { signal: NEVER, localAddress: '127.0.0.2' },
    )
    await turns(() => accepted.length > 0, 5_000)
    expect(accepted[0]?.remote.address).toBe('127.0.0.2')
    expect(connection.local.address).toBe('127.0.0.2')
    connection.abort()
    accepted.forEach(drop)
  })
})

describe("the system's errors", () => {
  const error = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code })

  it.each([
    ['ECONNREFUSED', 'DIAL_REFUSED'],
    ['ENOENT', 'DIAL_REFUSED'],
    ['ETIMEDOUT', 'DIAL_TIMEOUT'],
    ['ENETUNREACH', 'DIAL_UNREACHABLE'],
    ['EHOSTUNREACH', 'DIAL_UNREACHABLE'],
    ['EADDRNOTAVAIL', 'DIAL_UNREACHABLE'],
    ['ENOTFOUND', 'DIAL_NAME'],
    ['EAI_AGAIN', 'DIAL_NAME'],
    ['EPERM', 'DIAL_FAILED'],
  ])('%s of a dial is %s', (code, expected) => {
    const cause = error(code)
    expect(dialFault(cause, 'a.example:80')).toMatchObject({
      code: expected,
      why: `a.example:80 (${code})`,
      cause,
    })
  })

  it('keep their words where they have no code', () => {
    expect(dialFault(new Error('strange'), 'a:1').why).toBe('a:1 (strange)')
    expect(brokenFault(error('EPIPE'))).toMatchObject({ code: 'TRANSPORT_RESET', why: 'EPIPE' })
    expect(listenFault(error('EACCES'), '0.0.0.0:80').why).toBe(
      '0.0.0.0:80: this user may not listen there (EACCES)',
    )
  })
})
