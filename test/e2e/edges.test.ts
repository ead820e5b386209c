/** Local applications at one end, web servers at the other, and nothing but our edges between. */
import { execFile, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountConfig, Config, InboundConfig, OutboundConfig } from '../../src/config/config.js'
import { type Instance, startInstance } from '../../src/engine/instance.js'
import { freePort } from '../support/free-port.js'
import { silentLogger } from '../support/silent-logger.js'
import { socksUdp } from '../support/socks-client.js'
import { hasIpv6, startTargets, type Targets } from '../support/targets.js'

const run = promisify(execFile)
const noCurl = spawnSync('curl', ['--version']).error !== undefined
const because = noCurl ? ' (curl is not installed)' : ''
const STREAM = { network: 'tcp', security: 'none' } as const
const ACCOUNTS = [{ user: 'ann', pass: 's3cret word' }]
const BODY = randomBytes(300_000)
const DIGEST = createHash('sha256').update(BODY).digest('hex')

let web: readonly [Site, Site]
let targets: Targets
const instances: Instance[] = []
let open: number
let closed: number
let blocked: number

beforeAll(async () => {
  web = [await startSite('one'), await startSite('two')]
  targets = await startTargets(1)
  open = await startMixed()
  closed = await startMixed(ACCOUNTS)
  blocked = await startMixed(undefined, { protocol: 'blackhole', settings: { response: 'none' } })
})

afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.stop({ graceMs: 0 })))
  await targets.stop()
  await Promise.all(web.map(({ server }) => new Promise((done) => server.close(done))))
})

type Direct = Extract<OutboundConfig, { protocol: 'freedom' }>
type Block = Extract<OutboundConfig, { protocol: 'blackhole' }>

const FREEDOM: Pick<Direct, 'protocol' | 'settings'> = {
  protocol: 'freedom',
  settings: { domainStrategy: 'AsIs', userLevel: 0 },
}

async function startMixed(
  accounts?: readonly AccountConfig[],
  outbound: Pick<Direct, 'protocol' | 'settings'> | Pick<Block, 'protocol' | 'settings'> = FREEDOM,
): Promise<number> {
  const inbound: InboundConfig = {
    tag: 'in',
    protocol: 'mixed',
    listen: { kind: 'tcp', host: '127.0.0.1', ports: [0] },
    stream: STREAM,
    settings: { udp: true, userLevel: 0, ...(accounts !== undefined && { accounts }) },
  }
  const config: Config = {
    log: { level: 'none', access: { to: 'off' }, error: { to: 'off' } },
    inbounds: [inbound],
    outbounds: [{ tag: 'out', stream: STREAM, ...outbound }],
    levels: new Map(),
    stats: {
      enabled: false,
      inboundUplink: false,
      inboundDownlink: false,
      outboundUplink: false,
      outboundDownlink: false,
    },
  }
  const instance = await startInstance(config, { logger: silentLogger })
  instances.push(instance)
  return instance.listeners[0]?.endpoint.port ?? 0
}

interface Site {
  readonly server: Server
  readonly port: number
  readonly url: string
}

/** A web server that names itself and says what it was sent, and how. */
async function startSite(name: string, host = '127.0.0.1'): Promise<Site> {
  const server = createServer((request, response) => void answer(name, request, response))
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { server, port, url: `http://127.0.0.1:${port}` }
}

async function answer(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash('sha256')
  for await (const chunk of request) hash.update(chunk as Buffer)
  response.setHeader('x-site', name)
  if (request.url === '/page') {
    // Without a length Node answers in chunks, and to HTTP/1.0 until the end of the connection.
    response.write(BODY.subarray(0, 1_000))
    response.end(BODY.subarray(1_000))
    return
  }
  const how = request.headers['transfer-encoding'] ?? request.headers['content-length'] ?? 'none'
  response.end(`${request.method} ${request.headers.host} ${how} ${hash.digest('hex')}`)
}

interface CurlOptions {
  readonly input?: Buffer
}

async function curl(args: readonly string[], { input }: CurlOptions = {}): Promise<Buffer> {
  const fixed = ['--silent', '--show-error', '--max-time', '15', '--noproxy', '']
  const running = run('curl', [...fixed, ...args], { encoding: 'buffer', maxBuffer: 16_000_000 })
  running.child.stdin?.end(input)
  return (await running).stdout
}

async function curlText(args: readonly string[], options: CurlOptions = {}): Promise<string> {
  return (await curl(args, options)).toString()
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

const SCHEMES = ['socks5', 'socks5h', 'socks4', 'socks4a', 'http'] as const

describe.skipIf(noCurl)(`curl through one mixed port${because}`, () => {
  it.each(SCHEMES)('fetches a page by %s', async (scheme) => {
    const page = await curl([
      '--proxy',
      `${scheme}://127.0.0.1:${open}`,
      `http://localhost:${web[0].port}/page`,
    ])
    expect(digestOf(page)).toBe(DIGEST)
  })

  it('fetches a page through a tunnel', async () => {
    const page = await curl(['--proxytunnel', '--proxy', `http://127.0.0.1:${open}`, `${web[0].url}/page`])
    expect(digestOf(page)).toBe(DIGEST)
  })

  it('fetches a page with HTTP/1.0', async () => {
    const page = await curl(['--http1.0', '--proxy', `http://127.0.0.1:${open}`, `${web[0].url}/page`])
    expect(digestOf(page)).toBe(DIGEST)
  })

  it('fetches a page from an IPv6 address', async (context) => {
    if (!(await hasIpv6())) context.skip('this machine has no IPv6')
    const site = await startSite('six', '::1')
    const page = await curl(['--proxy', `socks5h://127.0.0.1:${open}`, `http://[::1]:${site.port}/page`])
    await new Promise((done) => site.server.close(done))
    expect(digestOf(page)).toBe(DIGEST)
  })

  it.each([
    ['with its length', [], '300000'],
    ['in chunks', ['--header', 'Transfer-Encoding: chunked'], 'chunked'],
    ['when told to go on', ['--header', 'Expect: 100-continue'], '300000'],
  ])('posts a body %s', async (_how, args, how) => {
    const proxy = ['--proxy', `http://127.0.0.1:${open}`]
    const url = `${web[0].url}/digest`
    const said = await curlText([...proxy, ...args, '--data-binary', '@-', url], { input: BODY })
    expect(said).toBe(`POST 127.0.0.1:${web[0].port} ${how} ${DIGEST}`)
  })

  it('asks two web servers on one connection', async () => {
    const format = '\n%{num_connects}\n'
    const args = ['--proxy', `http://127.0.0.1:${open}`, '--write-out', format]
    const said = await curlText([...args, `${web[0].url}/a`, `${web[1].url}/b`])
    const [first, connects, second, more] = said.split('\n')
    expect(first).toContain(`GET 127.0.0.1:${web[0].port} `)
    expect(second).toContain(`GET 127.0.0.1:${web[1].port} `)
    expect([connects, more]).toEqual(['1', '0'])
  })

  it('asks for heads only', async () => {
    const said = await curlText(['--head', '--proxy', `http://127.0.0.1:${open}`, `${web[1].url}/page`])
    expect(said).toContain('x-site: two')
  })

  it.each(['socks5h', 'http'])('logs in by %s', async (scheme) => {
    const args = ['--proxy', `${scheme}://127.0.0.1:${closed}`, `${web[0].url}/page`]
    expect(digestOf(await curl(['--proxy-user', 'ann:s3cret word', ...args]))).toBe(DIGEST)
    await expect(curl(['--fail', '--proxy-user', 'ann:wrong', ...args])).rejects.toThrow()
    await expect(curl(['--fail', ...args])).rejects.toThrow()
  })

  it('is asked for its login', async () => {
    const args = ['--include', '--proxy', `http://127.0.0.1:${closed}`, `${web[0].url}/`]
    const said = await curlText(args)
    expect(said).toMatch(/^HTTP\/1\.1 407 .*Proxy-Authenticate: Basic realm="proxy"\r\n.*HTTP_LOGIN/s)
  })

  it.each([
    ['a target that refuses', () => open, '502', 'DIAL_REFUSED'],
    ['a target that is blocked', () => blocked, '403', 'DIAL_BLOCKED'],
  ])('hears of %s', async (...[, port, status, code]) => {
    const url = `http://127.0.0.1:${await freePort()}/`
    const said = await curlText(['--include', '--proxy', `http://127.0.0.1:${port()}`, url])
    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} .*${code}`, 's'))
    // 97 is curl's word for a proxy that said no.
    await expect(curl(['--proxy', `socks5h://127.0.0.1:${port()}`, url])).rejects.toMatchObject({ code: 97 })
  })

  it('hears of a name that does not exist', async () => {
    const args = ['--include', '--proxy', `http://127.0.0.1:${open}`, 'http://nowhere.invalid/']
    expect(await curlText(args)).toMatch(/^HTTP\/1\.1 502 .*DIAL_NAME/s)
  })
})

describe('UDP through one mixed port', () => {
  it('reaches two peers from one association', async () => {
    const udp = await socksUdp(open)
    const [a, b] = targets.udpEcho
    const big = Buffer.concat([Buffer.from('big!'), randomBytes(60_000)])
    expect(await udp.ask({ host: '127.0.0.1', port: a }, Buffer.from('one!'))).toEqual(Buffer.from('one!'))
    expect((await udp.ask({ host: 'localhost', port: b }, big)).equals(big)).toBe(true)
    udp.close()
  })
})

describe('a hostile application', () => {
  it('does no harm to the others', async () => {
    const attacks = Array.from({ length: 200 }, async (_, i) => {
      const socket = connect({ port: open, host: '127.0.0.1' })
      socket.on('error', () => socket.destroy())
      await once(socket, 'connect')
      const first = Buffer.from([[0x05], [0x04], [0x47]][i % 3] ?? [])
      socket.end(Buffer.concat([first, randomBytes(i * 7)]))
      socket.resume()
      await once(socket, 'close')
    })
    await Promise.all(attacks)
    const udp = await socksUdp(open)
    const answer = await udp.ask({ host: '127.0.0.1', port: targets.udpEcho[0] }, Buffer.from('here'))
    expect(answer).toEqual(Buffer.from('here'))
    udp.close()
  })
})
