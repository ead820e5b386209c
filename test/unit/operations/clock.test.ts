import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { Fault } from '../../../src/faults/fault.js'
import { type ClockOptions, measureClock, skewFault } from '../../../src/operations/clock.js'
import { queryHttpDate } from '../../../src/operations/http-date.js'
import { days, makeAuthority, type TestCertificate } from '../../support/certificates.js'
import {
  cookieOf,
  ntpAnswer,
  type NtpBehaviour,
  type NtpTestServer,
  shifted,
  startNtpServer,
} from '../../support/ntp-server.js'

const authority = await makeAuthority()
const servers: (NtpTestServer | { stop(): void })[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.stop()
})

async function start(...behaviours: NtpBehaviour[]): Promise<NtpTestServer[]> {
  const started = await Promise.all(behaviours.map(startNtpServer))
  servers.push(...started)
  return started
}

const quick: ClockOptions = { spacingMs: 1, timeoutMs: 150, webServers: [] }

async function measure(behaviours: NtpBehaviour[], options: ClockOptions = {}) {
  return measureClock({ ...quick, servers: await start(...behaviours), ...options })
}

describe('honest servers', () => {
  it.each([0, 90_000, -3_600_000])('say by how much this clock is off: %i ms', async (skew) => {
    const { skewMs, uncertaintyMs, method, sources } = await measure([shifted(-skew), shifted(-skew)])
    expect(Math.abs(skewMs - skew)).toBeLessThan(Math.min(uncertaintyMs, 100))
    expect(method).toBe('ntp')
    expect(sources).toMatchObject([
      { samples: 3, used: true, dropped: [] },
      { samples: 3, used: true, dropped: [] },
    ])
  })

  it('count with their quickest answer', async () => {
    let turn = 0
    const [server] = await start((request, reply) => {
      const answer = (): void => shifted(0)(request, reply)
      if (turn++ === 1) answer()
      else setTimeout(answer, 60)
    })
    const { sources } = await measureClock({ ...quick, servers: [server as NtpTestServer] })
    expect(sources[0]?.delayMs).toBeLessThan(50)
  })

  it('are asked under a cookie that is another one each time', async () => {
    const [server] = await start(shifted(0))
    await measureClock({ ...quick, servers: [server as NtpTestServer], samples: 4 })
    const cookies = server?.requests.map((request) => cookieOf(request).toString('hex'))
    expect(new Set(cookies).size).toBe(4)
  })
})

describe('a server is dropped, with the reason,', () => {
  const late: NtpBehaviour = (request, reply) => {
    setTimeout(() => shifted(0)(request, reply), 250)
  }
  const twice: NtpBehaviour = (request, reply) => {
    shifted(0)(request, reply)
    shifted(50_000)(request, reply)
  }
  it.each<[string, NtpBehaviour, string]>([
    ['that lies', shifted(45_000), 'NTP_OUTLIER'],
    ['that sends garbage', (_, reply) => reply(Buffer.from('no such thing')), 'NTP_PACKET'],
    ['that echoes', (request, reply) => reply(request), 'NTP_COOKIE'],
    ['that says nothing', () => undefined, 'NTP_SILENCE'],
    ['that answers late', late, 'NTP_SILENCE'],
    ['that makes up an answer', (_, reply) => reply(ntpAnswer({ transmitMs: Date.now() })), 'NTP_COOKIE'],
    ['that sends us away', shifted(0, { stratum: 0, referenceId: 'RATE' }), 'NTP_KISS'],
    ['that is not set', shifted(0, { leap: 3 }), 'NTP_UNSYNCHRONISED'],
    ['whose second answer contradicts the first', twice, 'NTP_COOKIE'],
    [
      'that answers from another address',
      (request, reply) => shifted(45_000)(request, Object.assign(reply.fromElsewhere, reply)),
      'NTP_SENDER',
    ],
  ])('%s', async (_, behave, code) => {
    const { skewMs, sources } = await measure([shifted(0), behave, shifted(0)])
    expect(Math.abs(skewMs)).toBeLessThan(100)
    expect(sources[1]?.dropped[0]?.code).toBe(code)
    if (behave !== twice) expect(sources.map(({ used }) => used)).toEqual([true, false, true])
  })

  it('and is not asked again after a kiss of death', async () => {
    const [kisser] = await start(shifted(0, { stratum: 0, referenceId: 'DENY' }))
    const asked = measureClock({ ...quick, servers: [kisser as NtpTestServer], spacingMs: 40, samples: 5 })
    await expect(asked).rejects.toMatchObject({ code: 'CLOCK_UNKNOWN', why: expect.stringMatching(/DENY/) })
    expect(kisser?.requests).toHaveLength(1)
  })

  it('whose name is not found', async () => {
    const missing = { host: 'nowhere.invalid', port: 123 }
    const resolve = async (host: string): Promise<never> => {
      throw new Fault('DIAL_NAME', { why: host })
    }
    const asked = measureClock({ ...quick, servers: [missing], network: { resolve } })
    await expect(asked).rejects.toMatchObject({
      code: 'CLOCK_UNKNOWN',
      why: 'nowhere.invalid:123: the host name was not found: nowhere.invalid',
    })
  })

  it('stands with others whose name is not found, under one reason', async () => {
    const servers = ['a.invalid', 'b.invalid'].map((host) => ({ host, port: 123 }))
    const resolve = async (host: string): Promise<never> => {
      throw new Fault('DIAL_NAME', { why: host })
    }
    await expect(measureClock({ ...quick, servers, network: { resolve } })).rejects.toMatchObject({
      code: 'CLOCK_UNKNOWN',
      why: 'a.invalid:123, b.invalid:123: the host name was not found',
    })
  })
})

describe('without a majority', () => {
  it('nothing is said', async () => {
    await expect(measure([shifted(0), shifted(45_000)])).rejects.toMatchObject({
      code: 'CLOCK_UNKNOWN',
      why: expect.stringMatching(/: -?\d+ ms; .*: -4[45]\d{3} ms/),
    })
  })
})

describe('web servers', () => {
  it('without a date have a fault of their own', async () => {
    const { webServers = [], network } = await web(await authority.issue(['127.0.0.1']), {})
    const [server] = webServers as [{ host: string; port: number }]
    const asked = queryHttpDate({ ...server, ...network, timeoutMs: 2_000, now: Date.now })
    await expect(asked).rejects.toMatchObject({ code: 'NTP_DATE' })
  })

  async function web(certificate: TestCertificate, headers: Record<string, string>): Promise<ClockOptions> {
    const server: Server = createServer({ cert: certificate.certificate, key: certificate.key })
    server.on('request', (_, response) => {
      response.sendDate = false
      response.writeHead(200, headers).end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    servers.push({ stop: () => void server.close() })
    const { port } = server.address() as AddressInfo
    const network = { authorities: [authority.certificate] }
    return { webServers: [{ host: '127.0.0.1', port }], network, timeoutMs: 1_000 }
  }
  const dateAhead = (ms: number) => ({ Date: new Date(Date.now() + ms).toUTCString() })

  it('are asked when no NTP server answers', async () => {
    const options = await web(await authority.issue(['127.0.0.1']), dateAhead(-90_000))
    const { skewMs, uncertaintyMs, method, sources } = await measure([() => undefined], options)
    expect(Math.abs(skewMs - 90_000)).toBeLessThan(2_000)
    expect(uncertaintyMs).toBeGreaterThanOrEqual(500)
    expect(method).toBe('https')
    expect(sources).toMatchObject([{ used: false }, { used: true, server: /^https:\/\/127\.0\.0\.1:/ }])
  })

  it('decide when NTP servers disagree', async () => {
    const options = await web(await authority.issue(['127.0.0.1']), dateAhead(0))
    const { skewMs, sources } = await measure([shifted(45_000), shifted(0)], options)
    expect(Math.abs(skewMs)).toBeLessThan(2_000)
    expect(sources[0]?.dropped[0]?.code).toBe('NTP_OUTLIER')
  })

  it('are heard although this clock makes their certificate look out of date', async () => {
    const old = await authority.issue(['127.0.0.1'], { notBefore: days(-9), notAfter: days(-2) })
    const { sources, verdict } = await measure([], await web(old, dateAhead(-5 * 86_400_000)))
    expect(sources[0]).toMatchObject({ used: true, dropped: [{ code: 'TRANSPORT_TLS_EXPIRED' }] })
    expect(verdict.level).toBe('refused')
  })

  it.each([
    ['without a date', {}, 'gives no time'],
    ['with a date that is none', { Date: 'yesterday' }, 'gives no time'],
  ])('%s are of no use', async (_, headers, phrase) => {
    const options = await web(await authority.issue(['127.0.0.1']), headers as Record<string, string>)
    await expect(measure([], options)).rejects.toMatchObject({ why: expect.stringContaining(phrase) })
  })

  it('of a stranger are not believed', async () => {
    const stranger = await makeAuthority('Stranger')
    const options = await web(await stranger.issue(['127.0.0.1']), dateAhead(0))
    await expect(measure([], options)).rejects.toMatchObject({ why: expect.stringContaining('not trusted') })
  })
})

describe('the limit', () => {
  it('is what a clock may be off by', async () => {
    const report = await measure([shifted(-95_000)])
    expect(skewFault(report, 120_000)).toBeUndefined()
    expect(skewFault(report, 90_000)).toMatchObject({
      code: 'CLOCK_SKEW',
      why: expect.stringMatching(/^9[45](\.\d)? s ahead; the limit is 90 s$/),
    })
  })
})
