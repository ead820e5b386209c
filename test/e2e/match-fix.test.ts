/** What `match --fix` prints carries traffic: one broken pair of each kind, with our engine and with v2ray. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { matchFiles } from '../../src/operations/match.js'
import { freePort } from '../support/free-port.js'
import { type Base, BREAKAGES, type GalleryPair, type Json, workingPair } from '../support/match-gallery.js'
import { fetchThrough, startOrigin } from '../support/origin.js'
import { startOurProcess } from '../support/our-process.js'
import { makeFolder } from '../support/spawned-program.js'
import { startV2ray, v2rayMissing } from '../support/v2ray.js'
import { httpInbound } from '../support/v2ray-config.js'

const TEXT = 'through the tunnel'
const origin = await startOrigin(TEXT)
afterAll(() => origin.close())

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** One base for each kind of breakage that the client can mend. */
const KINDS = BREAKAGES.filter(({ side }) => side === 'client').map(
  ({ what, bases, breakIt }) => [what, bases.at(-1) as Base, breakIt] as const,
)

/** A pair on loopback, broken and mended; the client has an HTTP proxy in front. */
async function mended(base: Base, breakIt: (pair: GalleryPair) => void) {
  const [port, proxy] = [await freePort(), await freePort()]
  const pair = await workingPair(base, {
    address: '127.0.0.1',
    port,
    listen: { host: '127.0.0.1', port },
  })
  breakIt(pair)
  const folder = makeFolder()
  const [server, client] = [join(folder, 'server.json'), join(folder, 'client.json')]
  writeFileSync(server, JSON.stringify(pair.server))
  writeFileSync(client, JSON.stringify(pair.client))
  const { matches, fixed } = await matchFiles({ server, client, stdin: (async function* () {})() })
  expect(matches).toBe(false)
  const { outbounds } = JSON.parse(fixed)
  return { port, proxy, server: pair.server as Json, client: { inbounds: [httpInbound(proxy)], outbounds } }
}

describe('the mended client', () => {
  it('of our engine carries traffic, whatever was broken', async () => {
    const pairs = await Promise.all(KINDS.map(([, base, breakIt]) => mended(base, breakIt)))
    // One process for all of them: starting it takes longer than the rest.
    const process = await startOurProcess(pairs.flatMap(({ server, client }) => [server, client]))
    stops.push(() => process.stop())
    for (const [i, { proxy }] of pairs.entries()) {
      const body = await fetchThrough(`http://127.0.0.1:${proxy}`, origin.url)
      expect([KINDS[i]?.[0], body]).toEqual([KINDS[i]?.[0], TEXT])
    }
  })

  const V2RAY: readonly (readonly [what: string, base: Base])[] = [
    ['a mistyped id', 'tcp'],
    ['another path at the client', 'ws'],
    ['a self-signed certificate that nobody trusts', 'ws, TLS'],
    ['another seed', 'kcp'],
    ['another path at the client', 'h2, TLS'],
  ]
  it.skipIf(v2rayMissing() !== undefined).each(V2RAY)(
    'of v2ray on both sides: %s (%s)',
    async (what, base) => {
      const breakage = BREAKAGES.find((one) => one.what === what)
      const { port, proxy, server, client } = await mended(base, breakage?.breakIt ?? (() => undefined))
      // Nobody can be asked whether a port of UDP is open.
      const ready = base === 'kcp' ? [] : [port]
      for (const [config, ports] of [
        [server, ready],
        [client, [proxy]],
      ] as const) {
        const child = await startV2ray(config, { ready: ports })
        stops.push(() => child.stop())
      }
      expect(await fetchThrough(`http://127.0.0.1:${proxy}`, origin.url)).toBe(TEXT)
    },
  )
})
