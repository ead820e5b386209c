import { describe, expect, it } from 'vitest'
import type { Connection } from '../../../src/contracts/connection.js'
import type { Transport } from '../../../src/contracts/transport.js'
import type { Fault } from '../../../src/faults/fault.js'
import { makeMemoryTransport, Recorder } from '../../../src/testing.js'
import { makeProxiedTransport } from '../../../src/transport/proxied.js'
import { makeTls } from '../../../src/transport/tls-layer.js'
import { makeTlsOver } from '../../../src/transport/tls-over.js'
import { makeAuthority } from '../../support/certificates.js'

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

describe('TLS behind a load balancer', () => {
  it('keeps whom a connection is from, and names him when his handshake fails', async () => {
    const authority = await makeAuthority()
    const { certificate, key } = await authority.issue(['127.0.0.1'])
    const certificates = [
      { usage: 'encipherment', certificate: { pem: certificate }, key: { pem: key } },
      { usage: 'verify', certificate: { pem: authority.certificate } },
    ] as const
    const tls = makeTls({ config: { allowInsecure: false, disableSystemRoot: true, certificates }, alpn: [] })
    const network = makeMemoryTransport()
    const balanced: Transport = {
      ...network,
      connect: async (address, options) => {
        const connection = await network.connect(address, options)
        connection.write(Buffer.from('PROXY TCP4 203.0.113.9 10.0.0.1 8080 443\r\n'))
        return connection
      },
    }
    const faults: Fault[] = []
    const accepted: Connection[] = []
    const listener = await makeTlsOver(makeProxiedTransport(network), tls).listen(PLACE, {
      onConnection: (connection) => accepted.push(connection),
      onFault: (fault) => faults.push(fault),
    })
    const address = { ...PLACE, port: listener.endpoint.port }
    const client = new Recorder(await makeTlsOver(balanced, tls).connect(address, { signal: NEVER }))
    client.connection.write(Buffer.from('inside'))
    while (accepted.length === 0) await new Promise(setImmediate)
    const server = new Recorder(accepted[0] as Connection)
    await server.untilReceived(6)
    expect(server.connection.remote).toEqual({ address: '203.0.113.9', port: 8080 })

    const stranger = new Recorder(await balanced.connect(address, { signal: NEVER }))
    stranger.connection.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    await stranger.untilClosed()
    expect(faults).toMatchObject([
      { code: 'TRANSPORT_TLS_PLAIN', why: expect.stringContaining('203.0.113.9') },
    ])
  })
})
