/** Our client → nginx with TLS → our server, as `examples/nginx/websocket.conf` sets it up. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeAuthority } from '../support/certificates.js'
import type { Child } from '../support/child.js'
import { freePort } from '../support/free-port.js'
import { nginxMissing, startNginx } from '../support/nginx.js'
import { startTargets, type Targets } from '../support/targets.js'
import { BULK_BYTES, CHECKS } from './checks.js'
import { startStreamChain } from './stream-chains.js'

const missing = nginxMissing()
const because = missing === undefined ? '' : ` (${missing})`
const NAME = 'vpn.example.com'

const authority = await makeAuthority()
const leaf = await authority.issue([NAME])

let targets: Targets

beforeAll(async () => {
  targets = await startTargets(BULK_BYTES)
})

afterAll(() => targets.stop())

const CELLS = [
  ['WebSocket', '127.0.0.1:10000', { network: 'ws', wsSettings: { path: '/ray' } }],
  ['WebSocket with early data', '127.0.0.1:10000', { network: 'ws', wsSettings: { path: '/ray?ed=2048' } }],
  ['HTTPUpgrade', '127.0.0.1:10001', { network: 'httpupgrade', httpupgradeSettings: { path: '/up' } }],
] as const

describe.skipIf(missing !== undefined)(`through nginx${because}`, () => {
  it.each(CELLS)('%s carries everything', { timeout: 120_000 }, async (_, upstream, settings) => {
    let nginx: Child | undefined
    const relay = async (port: number): Promise<number> => {
      const front = await freePort()
      nginx = await startNginx({
        example: 'websocket.conf',
        port: front,
        files: { 'chain.pem': leaf.certificate, 'key.pem': leaf.key },
        replace: {
          'listen 443': `listen 127.0.0.1:${front}`,
          [upstream]: `127.0.0.1:${port}`,
          '/etc/ssl/vpn.example.com/fullchain.pem': '{chain.pem}',
          '/etc/ssl/vpn.example.com/privkey.pem': '{key.pem}',
        },
      })
      return front
    }
    const certificates = [{ usage: 'verify', certificate: authority.certificate.trim().split('\n') }]
    const tls = { security: 'tls', tlsSettings: { serverName: NAME, certificates } }
    const clientStream = { ...settings, ...tls }
    const chain = await startStreamChain({
      direction: 'ours ↔ ours',
      targets,
      settings,
      relay,
      clientStream,
    })
    try {
      for (const { name, run } of CHECKS) {
        const outcome = await run(chain).then(
          () => 'ok',
          (error: unknown) => `${String(error)}\n${nginx?.log() ?? ''}`,
        )
        expect([name, outcome]).toEqual([name, 'ok'])
      }
    } finally {
      await chain.stop()
      await nginx?.stop()
    }
  })
})
