import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTargets, type Targets } from '../support/targets.js'
import { v2rayMissing } from '../support/v2ray.js'
import { BULK_BYTES, CHECKS } from './checks.js'
import { DIRECTIONS } from './matrix.js'
import { startStreamChain } from './stream-chains.js'

const CHAIN_WITHIN_MS = 90_000
const missing = v2rayMissing()
let targets: Targets

beforeAll(async () => {
  targets = await startTargets(BULK_BYTES)
})

afterAll(() => targets.stop())

const HEADERS: Readonly<Record<string, object>> = {
  'with the defaults': { type: 'http' },
  'with paths, headers and a status of its own': {
    type: 'http',
    request: { method: 'POST', path: ['/a', '/b/c'], headers: { Host: ['x.example'] } },
    response: { status: '206', reason: 'Partial Content', headers: { Server: ['nginx'] } },
  },
}

describe.each(DIRECTIONS)('%s', (direction) => {
  describe.skipIf(direction !== 'ours ↔ ours' && missing !== undefined)('the HTTP header of tcp', () => {
    it.each(Object.keys(HEADERS))('%s', { timeout: CHAIN_WITHIN_MS }, async (name) => {
      const settings = { network: 'tcp', tcpSettings: { header: HEADERS[name] } }
      const chain = await startStreamChain({ direction, targets, settings })
      try {
        for (const { name: check, run } of CHECKS) {
          const outcome = await run(chain).then(
            () => 'ok',
            (error: unknown) => `${String(error)}\n${chain.log()}`,
          )
          expect([check, outcome]).toEqual([check, 'ok'])
        }
      } finally {
        await chain.stop()
      }
    })
  })
})
