/** HTTP/2 and gRPC streams keep the promises of every connection, and their transports those of transports. */
import { describe, expect, it } from 'vitest'
import type { TlsConfig } from '../../src/config/config.js'
import type { Connection } from '../../src/contracts/connection.js'
import { connectionContract, transportContract } from '../../src/testing.js'
import { makeGrpcTransport } from '../../src/transport/grpc.js'
import { makeH2Transport } from '../../src/transport/h2.js'
import { makeAuthority } from '../support/certificates.js'
import { freePort } from '../support/free-port.js'
import { makeTransportPair } from '../support/transport-pair.js'

const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const NEVER = new AbortController().signal

const authority = await makeAuthority()
const { certificate, key } = await authority.issue(['127.0.0.1'])

const TLS: TlsConfig = {
  allowInsecure: false,
  disableSystemRoot: true,
  certificates: [
    { usage: 'encipherment', certificate: { pem: certificate }, key: { pem: key } },
    { usage: 'verify', certificate: { pem: authority.certificate } },
  ],
}

const H2 = {
  network: 'h2',
  path: '/tunnel',
  hosts: ['a.example.com', 'b.example.com'],
  method: 'PUT',
  headers: {},
} as const
const makeGrpc = (multi: boolean) => makeGrpcTransport({ network: 'grpc', serviceName: 'Gun', multi })

const TRANSPORTS = [
  ['h2', () => makeH2Transport(H2)],
  ['h2 in TLS', () => makeH2Transport(H2, { tls: TLS })],
  ['grpc', () => makeGrpc(false)],
  ['grpc multi', () => makeGrpc(true)],
  ['grpc in TLS', () => makeGrpcTransport({ network: 'grpc', serviceName: '', multi: false }, { tls: TLS })],
] as const

describe.each(TRANSPORTS)('%s', (_, make) => {
  const checks = [
    ...connectionContract(async () => {
      const transport = make()
      const pair = await makeTransportPair(transport)
      const release = async () => {
        transport.close?.()
        await pair.release()
      }
      return { ...pair, release }
    }),
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
