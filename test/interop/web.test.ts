/** TLS, WebSocket and HTTPUpgrade. v2ray 4.34 has no early data and no HTTPUpgrade: those run against themselves. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTargets, type Targets } from '../support/targets.js'
import { makeTlsSettings } from '../support/tls-settings.js'
import { v2rayMissing } from '../support/v2ray.js'
import { BULK_BYTES, CHECKS } from './checks.js'
import { type Direction, DIRECTIONS } from './matrix.js'
import { startStreamChain } from './stream-chains.js'

const CHAIN_WITHIN_MS = 120_000
const missing = v2rayMissing()
let targets: Targets

beforeAll(async () => {
  targets = await startTargets(BULK_BYTES)
})

afterAll(() => targets.stop())

const TLS = await makeTlsSettings()
const WS = { network: 'ws', wsSettings: { path: '/ray', headers: { Host: 'cdn.example.com' } } }
const EARLY = { path: '/ray', maxEarlyData: 2_048 }
const HEADER_EARLY = {
  network: 'ws',
  wsSettings: { ...EARLY, earlyDataHeaderName: 'Sec-WebSocket-Protocol' },
}
const OURS: readonly Direction[] = ['ours ↔ ours']

const CELLS: readonly [name: string, settings: object, directions: readonly Direction[]][] = [
  ['tcp in TLS', { ...TLS, network: 'tcp' }, DIRECTIONS],
  ['ws', WS, DIRECTIONS],
  ['ws in TLS', { ...TLS, ...WS }, DIRECTIONS],
  ['ws with nothing said', { network: 'ws' }, DIRECTIONS],
  ['ws with early data in a header', HEADER_EARLY, OURS],
  ['ws with early data in a header, in TLS', { ...TLS, ...HEADER_EARLY }, OURS],
  ['ws with early data in the path', { network: 'ws', wsSettings: EARLY }, OURS],
  ['ws with early data as Xray writes it', { network: 'ws', wsSettings: { path: '/ray?ed=2048' } }, OURS],
  ['httpupgrade', { network: 'httpupgrade', httpupgradeSettings: { path: '/up', host: 'a.example' } }, OURS],
  ['httpupgrade in TLS', { ...TLS, network: 'httpupgrade' }, OURS],
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
