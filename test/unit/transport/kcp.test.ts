/** mKCP on real sockets: who is let in, and what packets of strangers do. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../../src/contracts/connection.js'
import type { Transport } from '../../../src/contracts/transport.js'
import { nodeBackend } from '../../../src/crypto/node-backend.js'
import { isFault } from '../../../src/faults/fault.js'
import { PacketCodec } from '../../../src/kcp/packet-codec.js'
import { makePacketHeader } from '../../../src/kcp/packet-header.js'
import { makeProtection } from '../../../src/kcp/protection.js'
import type { Segment } from '../../../src/kcp/segment.js'
import { makeSeededRandom, Recorder } from '../../../src/testing.js'
import { patternBytes } from '../../../src/testing/contract.js'
import { makeKcpTransport } from '../../../src/transport/kcp.js'
import { KCP_DEFAULTS, makeKcpPair } from '../../support/kcp-pair.js'

const PLACE = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const NEVER = new AbortController().signal
const cleanUps: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

async function listen(transport: Transport) {
  const accepted: Connection[] = []
  let told: () => void = () => undefined
  const listener = await transport.listen(PLACE, {
    onConnection: (connection) => {
      accepted.push(connection)
      told()
    },
  })
  cleanUps.push(() => {
    for (const connection of accepted) connection.abort()
    return listener.close()
  })
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      told = resolve
    })
  return { port: listener.endpoint.port, accepted, next }
}

async function stranger(): Promise<Socket> {
  const socket = createSocket('udp4')
  cleanUps.push(() => socket.close())
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

/** Resolves when the listener has dealt with all that was sent to it before. */
async function settled(
  transport: Transport,
  { port, next }: Awaited<ReturnType<typeof listen>>,
): Promise<void> {
  const arrived = next()
  const connection = await transport.connect({ ...PLACE, port }, { signal: NEVER })
  await arrived
  connection.abort()
}

function packetOf(segment: Partial<Segment> & Pick<Segment, 'command'>, seed?: string): Uint8Array {
  const random = makeSeededRandom()
  const protection = makeProtection({ seed, random, backend: nodeBackend })
  const numbers = {
    timestamp: 0,
    number: 0,
    sendingNext: 0,
    receivingNext: 0,
    receivingWindow: 0,
    timeout: 0,
  }
  const rest = { conversation: 1, option: 0, payload: patternBytes(10), numbers: [] }
  const whole = { ...numbers, ...rest, ...segment } as Segment
  return new PacketCodec(makePacketHeader('none', random), protection).encode([whole])
}

describe('a listener', () => {
  it('is not impressed by noise, other seeds and words for nobody', async () => {
    const transport = makeKcpTransport({ ...KCP_DEFAULTS, seed: 'ours' })
    const listener = await listen(transport)
    const { port, accepted } = listener
    const socket = await stranger()
    const answers: Buffer[] = []
    socket.on('message', (packet) => answers.push(packet))
    const random = makeSeededRandom()
    for (let length = 0; length < 100; length++) socket.send(random(length * 13), port, '127.0.0.1')
    socket.send(packetOf({ command: 'data' }), port, '127.0.0.1')
    socket.send(packetOf({ command: 'data' }, 'theirs'), port, '127.0.0.1')
    socket.send(packetOf({ command: 'terminate' }, 'ours'), port, '127.0.0.1')
    socket.send(packetOf({ command: 'ack' }, 'ours'), port, '127.0.0.1')
    await settled(transport, listener)
    expect(accepted).toHaveLength(1)
    expect(answers).toEqual([])
  })

  it('gives a conversation to each source and number, and takes repeats once', async () => {
    const { port, accepted, next } = await listen(makeKcpTransport(KCP_DEFAULTS))
    const [one, other] = [await stranger(), await stranger()]
    for (const [socket, conversation] of [
      [one, 1],
      [one, 2],
      [other, 1],
    ] as const) {
      const arrived = next()
      const packet = packetOf({ command: 'data', conversation })
      for (let turn = 0; turn < 5; turn++) socket.send(packet, port, '127.0.0.1')
      await arrived
    }
    expect(accepted).toHaveLength(3)
    const far = new Recorder(accepted[0] as Connection)
    await far.untilReceived(10)
    one.send(packetOf({ command: 'data' }), port, '127.0.0.1')
    one.send(packetOf({ command: 'data', number: 1 }), port, '127.0.0.1')
    await far.untilReceived(20)
    expect(far.received).toBe(20)
  })

  it('goes on with the others when somebody forges an end', async () => {
    const transport = makeKcpTransport(KCP_DEFAULTS)
    const { client, server, release } = await makeKcpPair(transport)
    const socket = await stranger()
    // The right port and, one of them, the right number, but not from the right source.
    for (let conversation = 0; conversation < 0x10000; conversation += 257) {
      socket.send(packetOf({ command: 'terminate', option: 1, conversation }), server.local.port, '127.0.0.1')
    }
    const far = new Recorder(server)
    client.write(patternBytes(100_000))
    client.end()
    await far.untilEnd()
    expect(far.received).toBe(100_000)
    client.abort()
    await release()
  })
})

describe('the transport', () => {
  it('needs a port: TRANSPORT_LISTEN and DIAL_FAILED for a path', async () => {
    const transport = makeKcpTransport(KCP_DEFAULTS)
    const path = { kind: 'unix', path: '/nowhere' } as const
    const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
      attempt.catch((error: unknown) => (isFault(error) ? error.code : error))
    expect(await codeOf(transport.listen(path, { onConnection: () => undefined }))).toBe('TRANSPORT_LISTEN')
    expect(await codeOf(transport.connect(path, { signal: NEVER }))).toBe('DIAL_FAILED')
  })

  it('does not wait long for servers that do not answer before they are asked something', async () => {
    const socket = await stranger()
    const transport = makeKcpTransport(KCP_DEFAULTS)
    for (let turn = 0; turn < 2; turn++) {
      const connection = await transport.connect({ ...PLACE, port: socket.address().port }, { signal: NEVER })
      expect(connection.remote.port).toBe(socket.address().port)
      connection.abort()
    }
  })

  it('dials by name', async () => {
    const transport = makeKcpTransport(KCP_DEFAULTS)
    const { port, next } = await listen(transport)
    const arrived = next()
    const address = { kind: 'tcp', host: 'localhost', port } as const
    const connection = await transport.connect(address, { signal: NEVER, localAddress: '127.0.0.1' })
    await arrived
    expect(connection.local.address).toBe('127.0.0.1')
    connection.abort()
  })
})
