/** The HTTP disguise keeps the promises of what is below it. */
import { describe, it } from 'vitest'
import { DEFAULT_HTTP_HEADER } from '../../src/config/http-header.js'
import type { Connection } from '../../src/contracts/connection.js'
import type { Transport } from '../../src/contracts/transport.js'
import { connectionContract, makeMemoryTransport, transportContract } from '../../src/testing.js'
import { makeHttpHeaderTransport } from '../../src/transport/http-header.js'
import { makeTcpTransport } from '../../src/transport/tcp.js'
import { freePort } from '../support/free-port.js'

const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const NEVER = new AbortController().signal

const BELOW: readonly (readonly [string, () => Transport])[] = [
  ['tcp', () => makeTcpTransport()],
  ['tcp read by events', () => makeTcpTransport({ reads: 'events' })],
  ['memory', () => makeMemoryTransport()],
]

describe.each(BELOW)('the HTTP disguise over %s', (_, makeBelow) => {
  const make = (): Transport => makeHttpHeaderTransport(makeBelow(), { header: DEFAULT_HTTP_HEADER })
  describe.each(['client', 'server'] as const)('from its %s', (side) => {
    const checks = connectionContract(async () => {
      const { client, server, release } = await makePair(make())
      return side === 'client'
        ? { near: client, far: server, release }
        : { near: server, far: client, release }
    })
    for (const { name, check } of checks) it(name, check)
  })
})

describe('the HTTP disguise', () => {
  const checks = transportContract(async () => ({
    transport: makeHttpHeaderTransport(makeTcpTransport(), { header: DEFAULT_HTTP_HEADER }),
    place: LOOPBACK,
    nowhere: { ...LOOPBACK, port: await freePort() },
  }))
  for (const { name, check } of checks) it(name, check)
})

async function makePair(transport: Transport) {
  let accept: (connection: Connection) => void = () => undefined
  const accepted = new Promise<Connection>((resolve) => {
    accept = resolve
  })
  const listener = await transport.listen(LOOPBACK, { onConnection: accept })
  const client = await transport.connect({ ...LOOPBACK, port: listener.endpoint.port }, { signal: NEVER })
  return { client, server: await accepted, release: () => listener.close() }
}
