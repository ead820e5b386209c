/** Other people's HTTP/2 clients at our listener: curl, nghttp and h2load. */
import { execFile, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TlsConfig } from '../../src/config/config.js'
import type { Connection } from '../../src/contracts/connection.js'
import type { Listener } from '../../src/contracts/transport.js'
import type { Fault } from '../../src/faults/fault.js'
import { makeH2Transport } from '../../src/transport/h2.js'
import { makeAuthority } from '../support/certificates.js'

const run = promisify(execFile)
const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const NAME = 'tunnel.example.com'
const BODY_BYTES = 3_000_000
const SHOTS = 5_000

/** Why a judge is absent; undefined when it is there. In CI that is an error instead. */
function missing(tool: string): string | undefined {
  if (spawnSync(tool, ['--version']).status === 0) return undefined
  if (process.env.CI === 'true') throw new Error(`${tool} is not installed, and in CI it has to be`)
  return `${tool} is not installed`
}

const authority = await makeAuthority()
const leaf = await authority.issue([NAME])
const TLS: TlsConfig = {
  allowInsecure: false,
  disableSystemRoot: true,
  certificates: [{ usage: 'encipherment', certificate: { pem: leaf.certificate }, key: { pem: leaf.key } }],
}

let plain: Listener
let encrypted: Listener
let faults: Fault[] = []

beforeAll(async () => {
  plain = await listen(undefined)
  encrypted = await listen(TLS)
})

afterAll(() => Promise.all([plain.close(), encrypted.close()]))

/** An echo at `/tunnel`. */
function listen(tls: TlsConfig | undefined): Promise<Listener> {
  const config = { network: 'h2', path: '/tunnel', hosts: [NAME], method: 'PUT', headers: {} } as const
  return makeH2Transport(config, { tls }).listen(LOOPBACK, {
    onConnection: echo,
    onFault: (fault) => faults.push(fault),
  })
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

describe.skipIf(missing('curl') !== undefined)('curl', () => {
  const common = ['--silent', '--show-error', '--max-time', '20']
  const status = ['--output', '/dev/null', '--write-out', '%{http_version} %{http_code}']
  const named = ['--header', `Host: ${NAME}`]

  it.each([
    ['--http2-prior-knowledge', '2 404'],
    ['--http1.1', '1.1 404'],
  ])('is answered %s as by a web server', async (version, expected) => {
    const { stdout } = await run('curl', [
      ...common,
      ...status,
      version,
      `http://127.0.0.1:${plain.endpoint.port}/`,
    ])
    expect(stdout).toBe(expected)
  })

  it.each([
    ['--http2', '2 404'],
    ['--http1.1', '1.1 404'],
  ])('is answered %s in TLS', async (version, expected) => {
    const { port } = encrypted.endpoint
    const place = ['--insecure', '--resolve', `${NAME}:${port}:127.0.0.1`, `https://${NAME}:${port}/`]
    const { stdout } = await run('curl', [...common, ...status, version, ...place])
    expect(stdout).toBe(expected)
  })

  it('sends and receives through the tunnel at once', async () => {
    const url = `http://127.0.0.1:${plain.endpoint.port}/tunnel/x?y`
    const upload = ['--http2-prior-knowledge', ...named, '--upload-file', '-', url]
    const asked = run('curl', [...common, ...upload], { encoding: 'buffer', maxBuffer: 2 * BODY_BYTES })
    const body = randomBytes(BODY_BYTES)
    asked.child.stdin?.end(body)
    const { stdout } = await asked
    expect(digest(stdout)).toBe(digest(body))
  })
})

describe.skipIf(missing('nghttp') !== undefined)('nghttp', () => {
  it('sees a proper answer, frame by frame', async () => {
    const { stdout } = await run('nghttp', ['-nv', '--no-dep', `http://127.0.0.1:${plain.endpoint.port}/`])
    expect(stdout).toContain(':status: 404')
    expect(stdout).toContain('END_STREAM | END_HEADERS')
    expect(stdout).not.toMatch(/RST_STREAM|ERROR\(0x0[1-9a-d]\)/)
  })
})

describe.skipIf(missing('h2load') !== undefined)('h2load', () => {
  it('gets thousands of answers over a few sessions', { timeout: 60_000 }, async () => {
    faults = []
    const asked = ['-n', `${SHOTS}`, '-c', '4', '-m', '100', `http://127.0.0.1:${plain.endpoint.port}/`]
    const { stdout } = await run('h2load', asked)
    expect(stdout).toContain(`${SHOTS} done`)
    expect(stdout).toContain('0 errored, 0 timeout')
    expect(stdout).toContain(`${SHOTS} 4xx`)
    expect(faults.every(({ code }) => code === 'TRANSPORT_REQUEST')).toBe(true)
  })
})

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
