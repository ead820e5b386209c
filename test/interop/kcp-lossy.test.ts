/** mKCP through a network that loses 1 % and takes 20 ms each way. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LossyRelay, startLossyRelay } from '../support/lossy-relay.js'
import { patternDigest, patternStream } from '../support/pattern.js'
import { socksConnect } from '../support/socks-client.js'
import { take } from '../support/take.js'
import { startTargets, type Targets } from '../support/targets.js'
import { v2rayMissing } from '../support/v2ray.js'
import { within } from '../support/within.js'
import { DIRECTIONS } from './matrix.js'
import { startStreamChain } from './stream-chains.js'

const BYTES = 4 * 1024 * 1024
const DIGEST_BYTES = 32
const WITHIN_MS = 60_000
const FORMS = [
  ['by default', {}],
  ['with a seed and congestion control', { seed: 'a seed', congestion: true, header: { type: 'srtp' } }],
] as const
const missing = v2rayMissing()
let targets: Targets

beforeAll(async () => {
  targets = await startTargets(BYTES)
})

afterAll(() => targets.stop())

describe.each(DIRECTIONS)('%s', (direction) => {
  describe.skipIf(direction !== 'ours ↔ ours' && missing !== undefined)('mKCP with losses', () => {
    it.each(FORMS)('%s', { timeout: WITHIN_MS }, async (_, kcpSettings) => {
      const relays: LossyRelay[] = []
      const relay = async (target: number): Promise<number> => {
        const started = await startLossyRelay({ target, loss: 0.01, delayMs: 20 })
        relays.push(started)
        return started.port
      }
      const settings = { network: 'kcp', kcpSettings }
      const chain = await startStreamChain({ direction, targets, settings, relay })
      try {
        const socket = await socksConnect(chain.socksPort, { host: '127.0.0.1', port: targets.exchange })
        patternStream('up', BYTES).pipe(socket, { end: false })
        const received = await within(WITHIN_MS, 'the exchange', take(socket, BYTES + DIGEST_BYTES))
        socket.destroy()
        const down = createHash('sha256').update(received.subarray(0, BYTES)).digest('hex')
        expect(down).toBe(patternDigest('down', BYTES))
        expect(received.toString('hex', BYTES)).toBe(patternDigest('up', BYTES))
        expect(relays[0]?.counts.lost).toBeGreaterThan(20)
      } finally {
        await chain.stop()
        for (const started of relays) started.stop()
      }
    })
  })
})
