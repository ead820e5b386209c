import { createServer as createWebServer } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Profile } from '../../../../src/dialects/profile.js'
import { parseShareLink } from '../../../../src/dialects/share-link.js'
import { summarise } from '../../../../src/operations/probe/numbers.js'
import { findFastest } from '../../../../src/operations/probe/fastest.js'
import { startLoopbackPair, type LoopbackPair } from '../../../../src/operations/probe/loopback.js'
import { type PingOptions, pingProfiles } from '../../../../src/operations/probe/ping.js'
import { testSpeed } from '../../../../src/operations/probe/speedtest.js'
import { parseWebTarget } from '../../../../src/operations/probe/web-target.js'
import { changeStore } from '../../../../src/operations/profiles/store.js'
import { faultOf } from '../../../support/fault-of.js'
import { makeFolder } from '../../../support/spawned-program.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const web = createWebServer((request, response) => {
  response.statusCode = request.url === '/missing' ? 404 : 204
  response.end()
})
/** Accepts, and never says a word. */
const held = new Set<Socket>()
const silent = createServer((socket) => {
  held.add(socket)
  socket.on('error', () => undefined).resume()
})
let pair: LoopbackPair
let url: string
let blackHole: Profile

beforeAll(async () => {
  web.listen(0, '127.0.0.1')
  silent.listen(0, '127.0.0.1')
  await Promise.all([once(web, 'listening'), once(silent, 'listening')])
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`
  blackHole = parseShareLink(
    `vmess://${ID}@127.0.0.1:${(silent.address() as AddressInfo).port}?type=tcp&x=1#hole`,
  )
  pair = await startLoopbackPair()
})

afterAll(async () => {
  await pair.stop()
  for (const socket of held) socket.destroy()
  for (const server of [web, silent]) server.close()
})

function options(changes: Partial<PingOptions> = {}): PingOptions {
  return { count: 3, intervalMs: 1, timeoutMs: 5_000, url, ...changes }
}

describe('ping', () => {
  it('measures each step, from nothing, and the answer through the tunnel', async () => {
    const [result] = await pingProfiles([pair.profile], options())
    expect(result).toMatchObject({ name: 'loopback', ok: true, status: 204 })
    expect([result?.tcp?.count, result?.trip?.count, result?.tls]).toEqual([3, 3, undefined])
    expect(result?.trip?.p50Ms).toBeGreaterThan(0)
    expect(result?.trip?.maxMs).toBeGreaterThanOrEqual(result?.trip?.p50Ms as number)
  })

  it('of a hundred servers that never answer takes one timeout, not their sum', async () => {
    const holes = Array.from({ length: 100 }, (_, i) => ({ ...blackHole, name: `hole ${i}` }))
    const begun = performance.now()
    const results = await pingProfiles([...holes, pair.profile], options({ timeoutMs: 1_500 }))
    expect(performance.now() - begun).toBeLessThan(6_000)
    expect(results.map(({ ok }) => ok)).toEqual([true, ...holes.map(() => false)])
    for (const { fault } of results.slice(1)) expect(fault?.code).toBe('DIAL_TIMEOUT')
  }, 30_000)

  it('tells a wrong id from a server that is not there', async () => {
    const stranger = { ...pair.profile, uuid: new Uint8Array(16).fill(7), name: 'stranger' }
    const gone = { ...pair.profile, port: 1, name: 'gone' }
    const results = await pingProfiles([stranger, gone], options({ count: 1, timeoutMs: 2_000 }))
    const codeOf = (name: string) => results.find((result) => result.name === name)?.fault?.code
    expect(codeOf('gone')).toBe('DIAL_REFUSED')
    expect(codeOf('stranger')).toMatch(/^(PROBE_ANSWER|DIAL_TIMEOUT|VMESS_|RELAY_|TRANSPORT_)/)
  })

  it('says what the web server answered', async () => {
    const [result] = await pingProfiles([pair.profile], options({ url: `${url}missing`, count: 1 }))
    expect(result).toMatchObject({ ok: true, status: 404 })
  })

  it('takes no answer that is no HTTP', async () => {
    const { port } = pair.profile
    const [result] = await pingProfiles(
      [pair.profile],
      options({ url: `http://127.0.0.1:${port}/`, count: 1, timeoutMs: 1_000 }),
    )
    expect(result?.ok).toBe(false)
    expect(result?.fault?.code).toMatch(/^(PROBE_ANSWER|DIAL_TIMEOUT)$/)
  })

  it('asks by http or https alone', () => {
    for (const text of ['ftp://x.example/', 'nonsense', 'http://u:p@x.example/', 'https://:p@x.example/'])
      expect(faultOf(() => parseWebTarget(text)).code).toBe('CLI_USAGE')
    expect(parseWebTarget('https://x.example/a')).toMatchObject({
      host: 'x.example',
      port: 443,
      secure: true,
    })
    expect(parseWebTarget('http://[::1]:8080/a?b')).toMatchObject({ host: '[::1]:8080', path: '/a?b' })
  })

  it('finds the fastest of what is stored', async () => {
    const folder = makeFolder()
    await changeStore(folder, (store) => [blackHole, pair.profile].map((profile) => store.add(profile)))
    expect(await findFastest(folder, { timeoutMs: 1_000, url })).toBe('loopback')
    await changeStore(folder, (store) => store.remove('loopback'))
    await expect(findFastest(folder, { timeoutMs: 300, url })).rejects.toMatchObject({ code: 'PROBE_NONE' })
  })
})

describe('speedtest', () => {
  it.each([false, true])('counts what passes until it is enough, upload %s', async (upload) => {
    const enough = 2_000_000
    const [result] = await testSpeed([pair.profile], {
      upload,
      durationMs: 10_000,
      maxBytes: enough,
      url: pair.url,
    })
    expect(result).toMatchObject({ ok: true, direction: upload ? 'upload' : 'download' })
    expect(result?.bytes).toBeGreaterThan(enough / 2)
    expect(result?.bytesPerSecond).toBeGreaterThan(0)
  })

  it('ends when its time is over', async () => {
    const [result] = await testSpeed([pair.profile], { upload: false, durationMs: 200, url: pair.url })
    expect(result?.durationMs).toBeGreaterThanOrEqual(199)
    expect(result?.durationMs).toBeLessThan(2_000)
  })

  it('refuses to count an error page', async () => {
    const [result] = await testSpeed([pair.profile], { upload: false, durationMs: 200, url: `${url}missing` })
    expect(result).toMatchObject({ ok: false, fault: { code: 'PROBE_ANSWER' } })
  })
})

describe('a summary of times', () => {
  it('has percentiles by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i)
    expect(summarise(values)).toEqual({ count: 100, minMs: 1, p50Ms: 50, p95Ms: 95, maxMs: 100 })
    expect(summarise([7])).toEqual({ count: 1, minMs: 7, p50Ms: 7, p95Ms: 7, maxMs: 7 })
    expect(summarise([])).toBeUndefined()
  })
})
