import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Child, startChild, waitForPorts } from '../support/child.js'
import { freePort, freePorts } from '../support/free-port.js'
import { startV2ray, v2rayMissing } from '../support/v2ray.js'
import { httpInbound, socksInbound, v2rayClient, v2rayServer } from '../support/v2ray-config.js'
import { startWebServer, type WebServer } from '../support/web-server.js'

const run = promisify(execFile)
const USER = { id: 'b831381d-6324-4d53-ad4f-8cda48b30811', alterId: 0, security: 'auto' }
const BODY_BYTES = 200_000

const missing = v2rayMissing()
const because = missing === undefined ? '' : ` (${missing})`
let web: WebServer
const started: Child[] = []

beforeAll(async () => {
  web = await startWebServer()
})

afterAll(async () => {
  await Promise.all(started.map((child) => child.stop()))
  await web.stop()
})

/** Fetches a page and posts a body through a proxy, and compares both. */
async function expectCurl(proxy: string): Promise<void> {
  const url = `http://127.0.0.1:${web.port}`
  const common = ['--silent', '--show-error', '--fail', '--max-time', '20', '--noproxy', '', '--proxy', proxy]
  const page = await run('curl', [...common, `${url}/page`], { encoding: 'buffer', maxBuffer: 16_000_000 })
  expect(createHash('sha256').update(page.stdout).digest('hex')).toBe(web.pageDigest)

  const body = randomBytes(BODY_BYTES).toString('hex')
  const curl = run('curl', [...common, '--data-binary', '@-', `${url}/digest`])
  curl.child.stdin?.end(body)
  expect((await curl).stdout).toBe(createHash('sha256').update(body).digest('hex'))
}

describe.skipIf(missing !== undefined)(`curl → vmess connect → v2ray server${because}`, () => {
  let ports: { readonly socks: number; readonly http: number; readonly mixed: number }

  beforeAll(async () => {
    const server = await freePort()
    const [socks, http, mixed] = (await freePorts(3)) as [number, number, number]
    ports = { socks, http, mixed }
    started.push(await startV2ray(v2rayServer(server, [USER]), { ready: [server] }))
    const proxies = Object.entries(ports).flatMap(([name, port]) => [`--${name}`, `127.0.0.1:${port}`])
    await startProgram(['connect', makeLink(server), ...proxies], Object.values(ports))
  })

  it('by SOCKS 5', () => expectCurl(`socks5h://127.0.0.1:${ports.socks}`))
  it('by HTTP proxy', () => expectCurl(`http://127.0.0.1:${ports.http}`))
  it('by SOCKS 5 on the mixed port', () => expectCurl(`socks5h://127.0.0.1:${ports.mixed}`))
  it('by SOCKS 4a on the mixed port', () => expectCurl(`socks4a://127.0.0.1:${ports.mixed}`))
  it('by HTTP proxy on the mixed port', () => expectCurl(`http://127.0.0.1:${ports.mixed}`))
})

describe.skipIf(missing !== undefined)(`curl → v2ray client → vmess serve${because}`, () => {
  let ports: { readonly socks: number; readonly http: number }

  beforeAll(async () => {
    const [server, socks, http] = (await freePorts(3)) as [number, number, number]
    ports = { socks, http }
    await startProgram(['serve', '-l', `127.0.0.1:${server}`, '-i', USER.id], [server])
    const to = { port: server, user: USER }
    started.push(await startV2ray(v2rayClient(socksInbound(socks), to), { ready: [socks] }))
    started.push(await startV2ray(v2rayClient(httpInbound(http), to), { ready: [http] }))
  })

  it('by SOCKS 5', () => expectCurl(`socks5h://127.0.0.1:${ports.socks}`))
  it('by HTTP proxy', () => expectCurl(`http://127.0.0.1:${ports.http}`))
})

/** The built program, until the ports that it was told to listen on are open. */
async function startProgram(args: readonly string[], ready: readonly number[]): Promise<Child> {
  const child = await startChild(process.execPath, ['bin/run.js', ...args])
  started.push(child)
  await waitForPorts(child, ready)
  return child
}

/** The link that v2rayN would write. */
function makeLink(port: number): string {
  const fields = { v: '2', ps: 'test', add: '127.0.0.1', port: String(port), id: USER.id, aid: '0' }
  const json = JSON.stringify({
    ...fields,
    scy: 'auto',
    net: 'tcp',
    type: 'none',
    host: '',
    path: '',
    tls: '',
  })
  return `vmess://${Buffer.from(json).toString('base64')}`
}
