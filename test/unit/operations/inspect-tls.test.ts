import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { chainPin } from '../../../src/crypto/certificate.js'
import { makeCertificate } from '../../../src/operations/certificate.js'
import { type InspectTlsOptions, inspectTls, tlsFault } from '../../../src/operations/inspect-tls.js'
import { days, derOf, fingerprint, makeAuthority, type TestCertificate } from '../../support/certificates.js'
import { makeFolder } from '../../support/spawned-program.js'
import { startTls } from '../../support/tls-server.js'

const NAME = 'vpn.example.com'
const authority = await makeAuthority()
const caFile = join(makeFolder(), 'ca.pem')
writeFileSync(caFile, authority.certificate)

let stop: () => void = () => undefined
afterEach(() => stop())

async function inspect(served: TestCertificate, options: Partial<InspectTlsOptions> = {}, alpn?: string[]) {
  const server = await startTls(served, alpn)
  stop = server.stop
  return inspectTls({ host: '127.0.0.1', port: server.port, sni: NAME, caFile, ...options })
}

const longLived = { notAfter: days(90) }
const good = await authority.issue([NAME, '127.0.0.1'], longLived)

describe('a good server', () => {
  it('has no problems; its chain is reported as it was sent, with both pins', async () => {
    const chain = `${good.certificate}\n${authority.certificate}`
    const report = await inspect({ ...good, certificate: chain })
    expect(report).toMatchObject({ trusted: true, nameMatches: true, problems: [], protocol: 'TLSv1.3' })
    expect(report.sha256).toBe(await fingerprint(good))
    expect(report.chainSha256).toBe(chainPin([derOf(good), derOf(authority)]))
    expect(report.chain.map(({ subject, issuer }) => [subject, issuer])).toEqual([
      [`CN=${NAME}`, 'CN=Test CA'],
      ['CN=Test CA', 'CN=Test CA'],
    ])
    expect(report.chain[0]).toMatchObject({ names: [NAME, '127.0.0.1'], key: 'ec prime256v1' })
    expect(tlsFault(report)).toBeUndefined()
  })

  it('is found by its IP address, and the pin of a chain without its authority is of that alone', async () => {
    const report = await inspect(good, { sni: '127.0.0.1' })
    expect(report).toMatchObject({ trusted: true, nameMatches: true, problems: [] })
    expect(report.chainSha256).toBe(chainPin([derOf(good)]))
  })

  it.each([
    [['http/1.1', 'h2'], ['h2'], 'h2'],
    [['http/1.1'], ['http/1.1', 'h2'], 'http/1.1'],
    [[], ['h2'], undefined],
  ])('offers %j to a server with %j', async (offer, served, chosen) => {
    expect((await inspect(good, { alpn: offer }, served)).alpn).toBe(chosen)
  })

  it('warns before the certificate expires', async () => {
    const report = await inspect(await authority.issue([NAME], { notAfter: days(3) }))
    expect(report.problems).toMatchObject([{ code: 'tls.expires-soon', severity: 'warning' }])
    expect(tlsFault(report)?.code).toBe('TRANSPORT_TLS_EXPIRED')
  })
})

describe('a server that clients refuse', () => {
  const old = { notBefore: days(-9), notAfter: days(-2) }
  const early = { notBefore: days(1), notAfter: days(90) }
  it.each<[string, () => Promise<TestCertificate>, [string, string]]>([
    ['expired', () => authority.issue([NAME], old), ['tls.expired', 'expired 2 d ago']],
    ['not yet valid', () => authority.issue([NAME], early), ['tls.not-yet-valid', 'another 1 d']],
    [
      'for another name',
      () => authority.issue(['b.example'], longLived),
      ['tls.name', 'it is for b.example'],
    ],
    ['self-signed', () => makeCertificate({ hosts: [NAME] }), ['tls.self-signed', 'signs itself']],
    [
      'sent without what signed it',
      async () => (await makeAuthority('Unknown')).issue([NAME], longLived),
      ['tls.chain', 'CN=Unknown'],
    ],
    [
      'of an authority that is unknown here',
      async () => {
        const other = await makeAuthority('Unknown')
        const leaf = await other.issue([NAME], longLived)
        return { ...leaf, certificate: `${leaf.certificate}\n${other.certificate}` }
      },
      ['tls.untrusted', 'CN=Unknown'],
    ],
  ])('%s: has that one problem', async (_, served, [code, phrase]) => {
    const { problems } = await inspect(await served())
    expect(problems).toMatchObject([{ code, severity: 'error', message: expect.stringContaining(phrase) }])
  })

  it('can have two, the worse one first', async () => {
    const report = await inspect(await authority.issue(['b.example'], { notAfter: days(3) }))
    expect(report.problems.map(({ code }) => code)).toEqual(['tls.name', 'tls.expires-soon'])
    expect(tlsFault(report)?.code).toBe('TRANSPORT_TLS_NAME')
  })
})

describe('what is no TLS server', () => {
  it.each([
    ['answers in plain text', 'SSH-2.0-OpenSSH_9\r\n', 'TRANSPORT_TLS_PLAIN'],
    ['says nothing', '', 'DIAL_TIMEOUT'],
  ])('%s', async (_, banner, code) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      if (banner !== '') socket.end(banner)
    }).listen(0, '127.0.0.1')
    stop = () => void server.close()
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await expect(inspectTls({ host: '127.0.0.1', port, timeoutMs: 300 })).rejects.toMatchObject({ code })
  })
})
