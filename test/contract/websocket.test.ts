/** WebSocket and HTTPUpgrade keep the promises of every connection and transport. */
import { describe, it } from 'vitest'
import type { HttpPlaceConfig } from '../../src/config/config.js'
import type { Transport } from '../../src/contracts/transport.js'
import { connectionContract, makeMemoryTransport, transportContract } from '../../src/testing.js'
import { makeHttpUpgradeTransport } from '../../src/transport/http-upgrade.js'
import { makeTcpTransport } from '../../src/transport/tcp.js'
import { makeWebSocketTransport } from '../../src/transport/websocket.js'
import { freePort } from '../support/free-port.js'
import { makeTransportPair } from '../support/transport-pair.js'

const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const place: HttpPlaceConfig = { path: '/a/b', host: 'cdn.example', headers: { 'X-Test': 'yes' } }

const BELOW = [
  ['tcp', () => makeTcpTransport()],
  ['memory', () => makeMemoryTransport()],
] as const
const TRANSPORTS = [
  ['WebSocket', (below: Transport) => makeWebSocketTransport({ below, place, secure: false })],
  [
    'WebSocket with early data',
    (below: Transport) =>
      makeWebSocketTransport({
        below,
        place,
        secure: false,
        earlyData: { bytes: 2_048, header: 'Sec-WebSocket-Protocol' },
      }),
  ],
  ['HTTPUpgrade', (below: Transport) => makeHttpUpgradeTransport({ below, place, secure: false })],
] as const

describe.each(TRANSPORTS)('%s', (name, make) => {
  describe.each(BELOW)('over %s', (_, makeBelow) => {
    const lazy = name === 'WebSocket with early data'
    const checks = [
      ...(lazy ? [] : connectionContract(() => makeTransportPair(make(makeBelow())))),
      ...transportContract(async () => ({
        transport: make(makeBelow()),
        place: LOOPBACK,
        nowhere: { ...LOOPBACK, port: await freePort() },
      })),
    ]
    for (const { name, check } of checks) it(name, check)
  })
})
