/** `tls inspect` against the TLS server of OpenSSL, whose judge is OpenSSL's own client. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { inspectTls } from '../../src/operations/inspect-tls.js'
import { days, makeAuthority, type TestCertificate } from '../support/certificates.js'
import { freePort } from '../support/free-port.js'
import { makeFolder } from '../support/spawned-program.js'

const NAME = 'vpn.example.com'
const authority = await makeAuthority()
const folder = makeFolder()
const caFile = join(folder, 'ca.pem')
writeFileSync(caFile, authority.certificate)

let stop: () => Promise<void> = async () => undefined
afterEach(() => stop())

async function serve({ certificate, key }: TestCertificate, more: readonly string[]): Promise<number> {
  const port = await freePort()
  writeFileSync(join(folder, 'cert.pem'), certificate)
  writeFileSync(join(folder, 'key.pem'), key)
  const files = ['-cert', join(folder, 'cert.pem'), '-key', join(folder, 'key.pem')]
  const child = spawn('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...files, ...more])
  stop = async () => {
    child.kill()
    await once(child, 'close')
  }
  for await (const line of createInterface(child.stdout)) if (line === 'ACCEPT') break
  return port
}

/** The verdict of `openssl s_client`: its verify return code. */
function judge(port: number): string {
  const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', NAME, '-CAfile', caFile]
  const said = execFileSync('openssl', [...args, '-verify_hostname', NAME], { input: '', stdio: 'pipe' })
  return /Verify return code: \d+ \((.*)\)/.exec(said.toString())?.[1] ?? ''
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(!hasOpenssl())('openssl s_server (skipped where openssl is missing)', () => {
  const ninety = { notAfter: days(90) }
  it.each([
    ['good', () => authority.issue([NAME], ninety), { codes: [], verdict: 'ok' }],
    [
      'expired',
      () => authority.issue([NAME], { notBefore: days(-9), notAfter: days(-2) }),
      { codes: ['tls.expired'], verdict: 'certificate has expired' },
    ],
    [
      'for another name',
      () => authority.issue(['b.example'], ninety),
      { codes: ['tls.name'], verdict: 'hostname mismatch' },
    ],
    [
      'incomplete',
      async () => (await makeAuthority('Unknown')).issue([NAME], ninety),
      { codes: ['tls.chain'], verdict: 'unable to verify the first certificate' },
    ],
  ])('a certificate that is %s is judged as OpenSSL does', async (_, issue, { codes, verdict }) => {
    const port = await serve(await issue(), ['-alpn', 'h2,http/1.1'])
    const report = await inspectTls({ host: '127.0.0.1', port, sni: NAME, caFile, alpn: ['http/1.1'] })
    expect(report.problems.map(({ code }) => code)).toEqual(codes)
    expect(report.alpn).toBe('http/1.1')
    expect(judge(port)).toBe(verdict)
  })

  it('reports TLS 1.2 where the server has no more', async () => {
    const port = await serve(await authority.issue([NAME], ninety), ['-tls1_2'])
    expect(await inspectTls({ host: '127.0.0.1', port, sni: NAME, caFile })).toMatchObject({
      protocol: 'TLSv1.2',
      problems: [],
    })
  })
})
