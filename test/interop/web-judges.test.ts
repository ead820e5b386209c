/** Other people's programs at our WebSocket and TLS: python3-websockets, curl and openssl. */
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TlsConfig } from '../../src/config/config.js'
import type { Connection } from '../../src/contracts/connection.js'
import type { Listener, Transport } from '../../src/contracts/transport.js'
import { Recorder } from '../../src/testing.js'
import { patternBytes } from '../../src/testing/contract.js'
import { makeTcpTransport } from '../../src/transport/tcp.js'
import { makeTls } from '../../src/transport/tls-layer.js'
import { makeTlsTransport } from '../../src/transport/tls.js'
import { makeWebSocketTransport } from '../../src/transport/websocket.js'
import { makeAuthority } from '../support/certificates.js'
import { startChild } from '../support/child.js'

const run = promisify(execFile)
const PYTHON = '/usr/bin/python3'
const NEVER = new AbortController().signal
const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const NAME = 'tunnel.example.com'
const place = { path: '/ray', headers: {} }

/** Why a judge is absent; undefined when it is there. In CI that is an error instead. */
function missing(tool: string, args: readonly string[]): string | undefined {
  if (spawnSync(tool, args).status === 0) return undefined
  if (process.env.CI === 'true') throw new Error(`${tool} ${args.join(' ')} fails, and in CI it must not`)
  return `${tool} ${args.join(' ')} fails`
}

const noPython = missing(PYTHON, ['-c', 'import websockets'])
const authority = await makeAuthority()
const leaf = await authority.issue([NAME, '127.0.0.1'])
const TLS: TlsConfig = {
  allowInsecure: false,
  disableSystemRoot: true,
  certificates: [{ usage: 'encipherment', certificate: { pem: leaf.certificate }, key: { pem: leaf.key } }],
}
const folder = mkdtempSync(join(tmpdir(), 'vmess-kit-judges-'))
const authorityFile = join(folder, 'authority.pem')
writeFileSync(authorityFile, authority.certificate)

let plain: Listener
let encrypted: Listener

beforeAll(async () => {
  plain = await listen(makeTcpTransport(), false)
  encrypted = await listen(makeTlsTransport(makeTls({ config: TLS, alpn: ['http/1.1'] })), true)
})

afterAll(async () => {
  rmSync(folder, { recursive: true })
  await Promise.all([plain.close(), encrypted.close()])
})

/** An echo at `/ray`. */
function listen(below: Transport, secure: boolean): Promise<Listener> {
  return makeWebSocketTransport({ below, place, secure }).listen(LOOPBACK, { onConnection: echo })
}

function echo(connection: Connection): void {
  connection.start({
    onData: (bytes, lender) => {
      if (!connection.write(bytes, lender)) connection.pause()
    },
    onDrain: () => connection.resume(),
    onEnd: () => connection.end(),
    onClose: () => undefined,
  })
}

describe.skipIf(noPython !== undefined)('python3-websockets', () => {
  it('talks to our server', async () => {
    const url = `ws://127.0.0.1:${plain.endpoint.port}/ray?x=1`
    const { stdout } = await run(PYTHON, ['test/support/judges/websocket-client.py', url])
    expect(stdout).toBe('ok\n')
  })

  it('talks to our server in TLS', async () => {
    const url = `wss://127.0.0.1:${encrypted.endpoint.port}/ray`
    const { stdout } = await run(PYTHON, ['test/support/judges/websocket-client.py', url, authorityFile])
    expect(stdout).toBe('ok\n')
  })

  it('is turned away from another path', async () => {
    const url = `ws://127.0.0.1:${plain.endpoint.port}/other`
    const attempt = run(PYTHON, ['test/support/judges/websocket-client.py', url])
    await expect(attempt).rejects.toMatchObject({ stderr: expect.stringContaining('HTTP 404') })
  })

  it('is talked to by our client', async () => {
    const server = await startChild(PYTHON, ['test/support/judges/websocket-server.py'])
    try {
      const said = (): Promise<unknown> => once(server.process.stdout ?? server.process, 'data')
      while (!server.log().includes('port ')) await said()
      const port = Number(/port (\d+)/.exec(server.log())?.[1])
      const transport = makeWebSocketTransport({ below: makeTcpTransport(), place, secure: false })
      const near = new Recorder(await transport.connect({ ...LOOPBACK, port }, { signal: NEVER }))
      near.connection.write(patternBytes(1_000_000))
      await near.untilReceived(1_000_000)
      expect(Buffer.from(near.bytes()).equals(patternBytes(1_000_000))).toBe(true)
      near.connection.end()
      await near.untilClosed()
      expect([near.ends, near.fault]).toEqual([1, undefined])
      while (!server.log().includes('closed ')) await said()
      expect(server.log()).toContain('closed 1000')
    } finally {
      await server.stop()
    }
  })
})

describe.skipIf(missing('curl', ['--version']) !== undefined)('curl', () => {
  const at = (path: string): string[] => [
    '--resolve',
    `${NAME}:${encrypted.endpoint.port}:127.0.0.1`,
    `https://${NAME}:${encrypted.endpoint.port}${path}`,
  ]
  const common = ['--silent', '--show-error', '--max-time', '20', '--cacert', authorityFile]
  const status = ['--output', '/dev/null', '--write-out', '%{http_version} %{http_code}']

  it.each([
    ['/', '1.1 404'],
    ['/ray', '1.1 400'],
  ])('finds a web server at %s', async (path, expected) => {
    const { stdout } = await run('curl', [...common, '--http2', ...status, ...at(path)])
    expect(stdout).toBe(expected)
  })

  it('does not trust a certificate that nobody it knows has signed', async () => {
    const trusting = common.filter((part) => part !== '--cacert' && part !== authorityFile)
    await expect(run('curl', [...trusting, ...at('/')])).rejects.toMatchObject({ code: 60 })
  })
})

describe.skipIf(missing('openssl', ['version']) !== undefined)('openssl s_client', () => {
  const ask = (...args: string[]): Promise<string> => {
    const to = ['s_client', '-connect', `127.0.0.1:${encrypted.endpoint.port}`, '-CAfile', authorityFile]
    const child = run('openssl', [...to, '-servername', NAME, '-verify_hostname', NAME, ...args])
    child.child.stdin?.end()
    return child.then(
      ({ stdout, stderr }) => stdout + stderr,
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    )
  }

  it.each([
    ['-tls1_3', 'TLSv1.3'],
    ['-tls1_2', 'TLSv1.2'],
  ])('agrees on the certificate, and on %s with http/1.1', async (flag, version) => {
    const said = await ask(flag, '-alpn', 'h2,http/1.1')
    expect(said).toContain('Verify return code: 0 (ok)')
    expect(said).toContain('ALPN protocol: http/1.1')
    expect(said).toContain(version)
  })

  it('is refused with anything older than TLS 1.2', async () => {
    expect(await ask('-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0')).toMatch(/alert|no protocols available/)
  })

  it('is refused when it wants HTTP/2 alone', async () => {
    expect(await ask('-alpn', 'h2')).toContain('no application protocol')
  })

  it('takes up a session again', async () => {
    const session = join(folder, 'session.pem')
    await ask('-tls1_2', '-sess_out', session)
    expect(await ask('-tls1_2', '-sess_in', session)).toContain('Reused, TLSv1.2')
  })
})
