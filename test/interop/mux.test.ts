/** Mux.Cool with v2ray 4.34 in both roles, and with ourselves. */
import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patternDigest, patternStream } from '../support/pattern.js'
import { socksConnect, socksUdp } from '../support/socks-client.js'
import { take } from '../support/take.js'
import { startTargets, type Targets } from '../support/targets.js'
import { haveV2ray, v2rayMissing } from '../support/v2ray.js'
import { within } from '../support/within.js'
import type { RunningChain } from './chains.js'
import { BULK_BYTES, CHECKS } from './checks.js'
import { type Direction, DIRECTIONS } from './matrix.js'
import { startStreamChain } from './stream-chains.js'

const WITHIN_MS = 90_000
const STREAMS = 16
const STREAM_BYTES = BULK_BYTES / STREAMS
const DIGEST_BYTES = 32
const PLAIN_TCP = { network: 'tcp' }
const USERS = [
  ['AEAD', { id: 'b831381d-6324-4d53-ad4f-8cda48b30811', alterId: 0, security: 'aes-128-gcm' }],
  ['legacy', { id: 'b831381d-6324-4d53-ad4f-8cda48b30811', alterId: 4, security: 'chacha20-poly1305' }],
] as const

/**
 * v2ray takes End for the end of both directions and forgets the session (protocol §5.4), so beside it no
 * half of a stream outlives the other half.
 */
const IMPOSSIBLE: Readonly<Record<Direction, string | undefined>> = {
  'our client → v2ray server': 'the target ends first',
  'v2ray client → our server': 'the application ends first',
  'ours ↔ ours': undefined,
}

const missing = v2rayMissing()
let targets: Targets
let smallTargets: Targets

beforeAll(async () => {
  targets = await startTargets(BULK_BYTES)
  smallTargets = await startTargets(STREAM_BYTES)
})

afterAll(async () => {
  await Promise.all([targets.stop(), smallTargets.stop()])
})

for (const direction of DIRECTIONS) {
  const title = missing === undefined ? direction : `${direction} (${missing})`
  describe.skipIf(direction !== 'ours ↔ ours' && !haveV2ray())(title, () => {
    describe.each(USERS)('%s', (_, user) => {
      let chain: RunningChain

      beforeAll(async () => {
        const outbound = { mux: { enabled: true, concurrency: 8 } }
        chain = await startStreamChain({ direction, targets, settings: PLAIN_TCP, outbound, user })
      })

      afterAll(() => chain.stop())

      it.each(CHECKS.filter(({ name }) => name !== IMPOSSIBLE[direction]))(
        '$name',
        { timeout: WITHIN_MS },
        async ({ run }) => {
          await run(chain)
        },
      )

      it('32 MiB each way in sixteen streams at once', { timeout: WITHIN_MS }, async () => {
        const { exchange } = smallTargets
        await Promise.all(Array.from({ length: STREAMS }, () => expectExchange(chain.socksPort, exchange)))
      })
    })
  })
}

describe.skipIf(missing !== undefined)('XUDP through a v2ray 4.34 server, which knows only plain mux', () => {
  it.each(['with mux', 'without'])('%s: each flow reaches its first target', async (name) => {
    const mux = name === 'with mux' ? { enabled: true, xudpProxyUDP443: 'allow' } : { enabled: false }
    const chain = await startStreamChain({
      direction: 'our client → v2ray server',
      targets,
      settings: PLAIN_TCP,
      outbound: { mux },
      clientSettings: { packetEncoding: 'xudp' },
    })
    try {
      for (const port of targets.udpEcho) {
        const association = await socksUdp(chain.socksPort)
        const datagram = randomBytes(1900)
        const answer = await association.ask({ host: '127.0.0.1', port }, datagram)
        association.close()
        expect(answer.equals(datagram)).toBe(true)
      }
    } finally {
      await chain.stop()
    }
  })
})

async function expectExchange(socksPort: number, port: number): Promise<void> {
  const socket = await socksConnect(socksPort, { host: '127.0.0.1', port })
  patternStream('up', STREAM_BYTES).pipe(socket, { end: false })
  const received = await within(WITHIN_MS, 'a stream', take(socket, STREAM_BYTES + DIGEST_BYTES))
  socket.destroy()
  const down = createHash('sha256').update(received.subarray(0, STREAM_BYTES)).digest('hex')
  expect(down).toBe(patternDigest('down', STREAM_BYTES))
  expect(received.toString('hex', STREAM_BYTES)).toBe(patternDigest('up', STREAM_BYTES))
}
