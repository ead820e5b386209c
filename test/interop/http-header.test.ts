import { afterAll, beforeAll, describe, it } from 'vitest'
import { makeAuthority } from '../support/certificates.js'
import { startTargets, type Targets } from '../support/targets.js'
import { v2rayMissing } from '../support/v2ray.js'
import { BULK_BYTES } from './checks.js'
import { expectChecks } from './expect-checks.js'
import { DIRECTIONS } from './matrix.js'
import { startStreamChain } from './stream-chains.js'

const CHAIN_WITHIN_MS = 90_000
const missing = v2rayMissing()
let targets: Targets

beforeAll(async () => {
  targets = await startTargets(BULK_BYTES)
})

afterAll(() => targets.stop())

const authority = await makeAuthority()
const leaf = await authority.issue(['127.0.0.1', 'server.example.com'])
const linesOf = (pem: string): readonly string[] => pem.trim().split('\n')

const TLS = {
  security: 'tls',
  tlsSettings: {
    serverName: 'server.example.com',
    certificates: [
      { usage: 'encipherment', certificate: linesOf(leaf.certificate), key: linesOf(leaf.key) },
      { usage: 'verify', certificate: linesOf(authority.certificate) },
    ],
  },
}
const DEFAULTS = { network: 'tcp', tcpSettings: { header: { type: 'http' } } }
const OWN_HEADER = {
  type: 'http',
  request: { method: 'POST', path: ['/a', '/b/c'], headers: { Host: ['x.example'] } },
  response: { status: '206', reason: 'Partial Content', headers: { Server: ['nginx'] } },
}

const CELLS: readonly (readonly [name: string, settings: object, outbound: object])[] = [
  ['with the defaults', DEFAULTS, {}],
  [
    'with paths, headers and a status of its own',
    { network: 'tcp', tcpSettings: { header: OWN_HEADER } },
    {},
  ],
  ['in TLS', { ...DEFAULTS, ...TLS }, {}],
  ['with mux', DEFAULTS, { mux: { enabled: true, concurrency: 8 } }],
]

describe.each(DIRECTIONS)('%s', (direction) => {
  describe.skipIf(direction !== 'ours ↔ ours' && missing !== undefined)('the HTTP header of tcp', () => {
    it.each(CELLS)('%s', { timeout: CHAIN_WITHIN_MS }, async (_, settings, outbound) => {
      const chain = await startStreamChain({ direction, targets, settings, outbound })
      await expectChecks(chain, { direction, mux: 'mux' in outbound })
    })
  })
})
