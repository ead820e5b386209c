/** Our client → nginx with TLS → our server, as `examples/nginx/grpc.conf` sets it up. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeAuthority } from '../support/certificates.js'
import type { Child } from '../support/child.js'
import { freePort } from '../support/free-port.js'
import { nginxMissing, startNginx } from '../support/nginx.js'
import { startTargets, type Targets } from '../support/targets.js'
import { BULK_BYTES, CHECKS } from './checks.js'
import { startStreamChain } from './stream-chains.js'

const run = promisify(execFile)
const missing = nginxMissing()
const because = missing === undefined ? '' : ` (${missing})`
const NAME = 'vpn.example.com'
const SERVER = { network: 'grpc', grpcSettings: { serviceName: 'GunService' } }

const authority = await makeAuthority()
const leaf = await authority.issue([NAME])

let targets: Targets
let nginx: Child | undefined
let front = 0

beforeAll(async () => {
  targets = await startTargets(BULK_BYTES)
})

afterAll(async () => {
  await nginx?.stop()
  await targets.stop()
})

async function startFront(port: number): Promise<number> {
  front = await freePort()
  nginx = await startNginx({
    example: 'grpc.conf',
    port: front,
    files: { 'chain.pem': leaf.certificate, 'key.pem': leaf.key },
    replace: {
      'listen 443': `listen 127.0.0.1:${front}`,
      '127.0.0.1:10000': `127.0.0.1:${port}`,
      '/etc/ssl/vpn.example.com/fullchain.pem': '{chain.pem}',
      '/etc/ssl/vpn.example.com/privkey.pem': '{key.pem}',
    },
  })
  return front
}

describe.skipIf(missing !== undefined)(`gRPC through nginx${because}`, () => {
  it.each([false, true])('carries everything; multi: %s', { timeout: 120_000 }, async (multiMode) => {
    const certificates = [{ usage: 'verify', certificate: authority.certificate.trim().split('\n') }]
    const chain = await startStreamChain({
      direction: 'ours ↔ ours',
      targets,
      settings: SERVER,
      relay: startFront,
      clientStream: {
        network: 'grpc',
        grpcSettings: { serviceName: 'GunService', multiMode },
        security: 'tls',
        tlsSettings: { serverName: NAME, certificates },
      },
    })
    try {
      for (const { name, run: check } of CHECKS) {
        const outcome = await check(chain).then(
          () => 'ok',
          (error: unknown) => `${String(error)}\n${nginx?.log() ?? ''}`,
        )
        expect([name, outcome]).toEqual([name, 'ok'])
      }
      const url = `https://${NAME}:${front}/GunService/Other`
      const resolve = ['--resolve', `${NAME}:${front}:127.0.0.1`]
      const asked = [
        '--silent',
        '--insecure',
        '--http2',
        '--max-time',
        '20',
        '--write-out',
        '%{http_version} %{http_code}',
      ]
      const { stdout } = await run('curl', [...asked, ...resolve, '--output', '/dev/null', url])
      expect(stdout).toBe('2 404')
    } finally {
      await chain.stop()
      await nginx?.stop()
    }
  })
})
