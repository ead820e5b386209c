/** mKCP keeps the promises of tcp, under every header and protection. */
import { describe, it } from 'vitest'
import type { KcpConfig } from '../../src/config/config.js'
import { connectionContract, transportContract } from '../../src/testing.js'
import { makeKcpTransport } from '../../src/transport/kcp.js'
import { freePort } from '../support/free-port.js'
import { KCP_DEFAULTS, makeKcpPair } from '../support/kcp-pair.js'

const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const

const FORMS: readonly (readonly [string, Partial<KcpConfig>])[] = [
  ['plain', {}],
  ['with a seed, as dtls, with congestion control', { seed: 'secret', header: 'dtls', congestion: true }],
  [
    'with the least of everything',
    { mtu: 576, ttiMs: 10, downlinkCapacity: 0, uplinkCapacity: 0, readBuffer: 1 },
  ],
]

describe.each(FORMS)('mKCP %s', (_, form) => {
  const config = { ...KCP_DEFAULTS, ...form }
  describe.each(['client', 'server'] as const)('from its %s', (side) => {
    const checks = connectionContract(async () => {
      const { client, server, release } = await makeKcpPair(makeKcpTransport(config))
      return side === 'client'
        ? { near: client, far: server, release }
        : { near: server, far: client, release }
    })
    for (const { name, check } of checks) it(name, check)
  })
})

describe('the mKCP transport', () => {
  const checks = transportContract(async () => ({
    transport: makeKcpTransport(KCP_DEFAULTS),
    place: LOOPBACK,
    nowhere: { ...LOOPBACK, port: await freePort() },
  }))
  for (const { name, check } of checks) it(name, check)
})
