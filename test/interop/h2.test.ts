/** HTTP/2 against v2ray 4.34, which has no gRPC; that one runs against itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTargets, type Targets } from '../support/targets.js'
import { makeTlsSettings } from '../support/tls-settings.js'
import { v2rayMissing } from '../support/v2ray.js'
import { BULK_BYTES, CHECKS } from './checks.js'
import type { Direction } from './matrix.js'
import { startStreamChain } from './stream-chains.js'

const CHAIN_WITHIN_MS = 120_000
const missing = v2rayMissing()
let targets: Targets

beforeAll(async () => {
  targets = await startTargets(BULK_BYTES)
})

afterAll(() => targets.stop())

const TLS = await makeTlsSettings()
const PLACED = { network: 'h2', httpSettings: { host: ['a.example.com', 'b.example.com'], path: '/tunnel' } }

const BOTH_WAYS: readonly Direction[] = ['our client → v2ray server', 'v2ray client → our server']
const OURS: readonly Direction[] = ['ours ↔ ours']

const CELLS: readonly [name: string, settings: object, directions: readonly Direction[]][] = [
  ['h2 in TLS', { ...TLS, network: 'h2' }, [...BOTH_WAYS, ...OURS]],
  ['h2 in TLS with hosts and path', { ...TLS, ...PLACED }, [...BOTH_WAYS, ...OURS]],
  // v2ray's client refuses to dial it.
  ['h2 without TLS', PLACED, ['our client → v2ray server', ...OURS]],
  ['grpc', { network: 'grpc', grpcSettings: { serviceName: 'Gun' } }, OURS],
  ['grpc in TLS', { ...TLS, network: 'gun', gunSettings: { serviceName: 'Gun' } }, OURS],
  ['grpc multi', { network: 'grpc', grpcSettings: { serviceName: '/a/One|Many', multiMode: true } }, OURS],
]

describe.each(CELLS)('%s', (_, settings, directions) => {
  describe.each(directions)('%s', (direction) => {
    it.skipIf(direction !== 'ours ↔ ours' && missing !== undefined)(
      'carries everything',
      { timeout: CHAIN_WITHIN_MS },
      async () => {
        const chain = await startStreamChain({ direction, targets, settings })
        try {
          for (const { name, run } of CHECKS) {
            const outcome = await run(chain).then(
              () => 'ok',
              (error: unknown) => `${String(error)}\n${chain.log()}`,
            )
            expect([name, outcome]).toEqual([name, 'ok'])
          }
        } finally {
          await chain.stop()
        }
      },
    )
  })
})
