/** HTTP/2 and gRPC streams keep the promises of every connection, and their transports those of transports. */
import { describe, expect, it } from 'vitest'
import type { Connection } from '../../src/contracts/connection.js'
import type { Transport } from '../../src/contracts/transport.js'
import { connectionContract, transportContract } from '../../src/testing.js'
import { makeGrpcTransport } from '../../src/transport/grpc.js'
import { makeH2Transport } from '../../src/transport/h2.js'
import { makeTcpTransport } from '../../src/transport/tcp.js'

const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const NEVER = new AbortController().signal

const makeH2 = () =>
  makeH2Transport({ network: 'h2', path: '/tunnel', hosts: ['www.example.com'], method: 'PUT', headers: {} })
const makeGrpc = (multi: boolean) => makeGrpcTransport({ network: 'grpc', serviceName: 'Gun', multi })

const TRANSPORTS = [
  ['h2', makeH2],
  ['grpc', () => makeGrpc(false)],
  ['grpc multi', () => makeGrpc(true)],
] as const

describe.each(TRANSPORTS)('%s without TLS', (_, make) => {
  const checks = [
    ...connectionContract(() => makePair(make())),
    ...transportContract(async () => ({
      transport: make(),
      place: LOOPBACK,
      nowhere: { ...LOOPBACK, port: await freePort() },
    })),
  ]
  for (const { name, check } of checks) it(name, check)

  it('carries connections to one address over one socket', async () => {
    const transport = make()
    const accepted: Connection[] = []
    const listener = await transport.listen(LOOPBACK, { onConnection: (each) => accepted.push(each) })
    const address = { ...LOOPBACK, port: listener.endpoint.port }
    const near = await Promise.all([1, 2, 3].map(() => transport.connect(address, { signal: NEVER })))
    expect(new Set(near.map(({ local }) => local.port)).size).toBe(1)
    for (const connection of [...near, ...accepted]) connection.abort()
    transport.close?.()
    await listener.close()
  })
})

async function makePair(transport: Transport) {
  let accept: (connection: Connection) => void = () => undefined
  const accepted = new Promise<Connection>((resolve) => {
    accept = resolve
  })
  const listener = await transport.listen(LOOPBACK, { onConnection: accept })
  const near = await transport.connect({ ...LOOPBACK, port: listener.endpoint.port }, { signal: NEVER })
  const release = async () => {
    transport.close?.()
    await listener.close()
  }
  return { near, far: await accepted, release }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const listener = await makeTcpTransport().listen(LOOPBACK, { onConnection: () => undefined })
  await listener.close()
  return listener.endpoint.port
}
