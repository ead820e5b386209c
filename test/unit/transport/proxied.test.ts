import { describe, expect, it } from 'vitest'
import type { Connection } from '../../../src/contracts/connection.js'
import type { Fault } from '../../../src/faults/fault.js'
import { makeMemoryTransport, Recorder } from '../../../src/testing.js'
import { makeProxiedTransport } from '../../../src/transport/proxied.js'

const PLACE = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const NEVER = new AbortController().signal

async function setUp() {
  const transport = makeProxiedTransport(makeMemoryTransport())
  const faults: Fault[] = []
  const accepted: Connection[] = []
  const listener = await transport.listen(PLACE, {
    onConnection: (connection) => accepted.push(connection),
    onFault: (fault) => faults.push(fault),
  })
  const address = { ...PLACE, port: listener.endpoint.port }
  const client = new Recorder(await transport.connect(address, { signal: NEVER }))
  const say = async (words: string): Promise<void> => {
    client.connection.write(Buffer.from(words))
    await new Promise(setImmediate)
  }
  return { listener, client, accepted, faults, say }
}

describe('a listener behind a load balancer', () => {
  it('shows whom a connection is from, and keeps what came with the header', async () => {
    const { accepted, say } = await setUp()
    await say('PROXY TCP4 203.0.113.9 10.0')
    expect(accepted).toEqual([])
    await say('.0.1 8080 443\r\nfirst')
    const [connection] = accepted as [Connection]
    expect(connection.remote).toEqual({ address: '203.0.113.9', port: 8080 })
    const far = new Recorder(connection)
    await far.untilReceived(5)
    expect(Buffer.from(far.bytes()).toString()).toBe('first')
  })

  it('keeps the remote end where the balancer speaks for itself', async () => {
    const { accepted, say, client } = await setUp()
    await say('PROXY UNKNOWN\r\n')
    expect(accepted[0]?.remote).toEqual(client.connection.local)
  })

  it('closes a connection without a header: TRANSPORT_PROXY_HEADER', async () => {
    const { accepted, say, client, faults } = await setUp()
    await say('GET / HTTP/1.1\r\n\r\n')
    await client.untilClosed()
    expect(accepted).toEqual([])
    expect(faults).toMatchObject([
      { code: 'TRANSPORT_PROXY_HEADER', why: '127.0.0.1: it begins with something else' },
    ])
  })

  it('says nothing about a port check', async () => {
    const { client, faults } = await setUp()
    client.connection.end()
    await client.untilClosed()
    expect(faults).toEqual([])
  })

  it('drops those that wait for their header when it closes', async () => {
    const { listener, client, accepted } = await setUp()
    await new Promise(setImmediate)
    await listener.close()
    await client.untilClosed()
    expect(accepted).toEqual([])
  })
})
