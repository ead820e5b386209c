/**
 * The way of a tunnel between two people, with the built program on both ends: the file of a running server, its
 * users as links in every style and as a subscription, and `connect` with what was handed over.
 */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../src/operations/certificate.js'
import { STYLES, type StyleName } from '../../src/operations/share-styles.js'
import { freePorts } from '../support/free-port.js'
import { fetchThrough, type Origin, startOrigin } from '../support/origin.js'
import { makeFolder, RunningProgram, runProgram } from '../support/spawned-program.js'
import { startV2ray, v2rayMissing } from '../support/v2ray.js'
import type { V2rayConfig } from '../support/v2ray-config.js'

const PAGE = randomBytes(50_000).toString('hex')
const TLS = { certificates: [{ certificateFile: 'cert.pem', keyFile: 'key.pem' }] }
const HTTP_HEADER = { type: 'http', request: { path: ['/news'] } }

/** One inbound for each way; the user of each is called after it. */
const STREAMS = {
  tcp: {},
  'tcp-tls': { security: 'tls', tlsSettings: TLS },
  'tcp-http': { tcpSettings: { header: HTTP_HEADER } },
  ws: { network: 'ws', wsSettings: { path: '/chat' } },
  'ws-tls': { network: 'ws', wsSettings: { path: '/chat' }, security: 'tls', tlsSettings: TLS },
  kcp: { network: 'kcp', kcpSettings: { header: { type: 'utp' }, seed: 'a seed' } },
  'h2-tls': { network: 'http', httpSettings: { path: '/h2' }, security: 'tls', tlsSettings: TLS },
  grpc: { network: 'grpc', grpcSettings: { serviceName: 'tunnel' } },
  httpupgrade: { network: 'httpupgrade', httpupgradeSettings: { path: '/up' } },
} as const
type Way = keyof typeof STREAMS
const WAYS = Object.keys(STREAMS) as Way[]

/** For each style a way that not every other one has. Styles without a place for the pin have none in TLS. */
const STYLE_WAYS: Readonly<Record<StyleName, readonly Way[]>> = {
  base64: ['tcp-http', 'ws-tls'],
  url: ['h2-tls', 'httpupgrade'],
  shadowrocket: ['grpc'],
  quantumult: ['tcp-http'],
  kitsunebi: ['kcp'],
  v2rayu: ['ws'],
  v2fly: ['tcp'],
}

let folder: string
let origin: Origin
let ports: readonly number[]
let server: RunningProgram

beforeAll(async () => {
  folder = makeFolder()
  origin = await startOrigin(PAGE)
  const { certificate, key } = await makeCertificate({ hosts: ['127.0.0.1'] })
  writeFileSync(join(folder, 'cert.pem'), certificate)
  writeFileSync(join(folder, 'key.pem'), key)
  ports = await freePorts(WAYS.length)
  writeFileSync(join(folder, 'server.json'), JSON.stringify(serverFile(WAYS, ports)))
  server = new RunningProgram(['serve', '-c', 'server.json', '--no-qr'], { cwd: folder })
  await server.says(/listening on/)
})

afterAll(async () => {
  await server?.kill()
  await origin?.close()
})

function serverFile(ways: readonly Way[], on: readonly number[]): V2rayConfig {
  const inbounds = ways.map((way, i) => ({
    listen: '127.0.0.1',
    port: on[i],
    protocol: 'vmess',
    settings: { clients: [{ id: idOf(way), email: way }] },
    streamSettings: STREAMS[way],
  }))
  return { log: { loglevel: 'error', access: 'none' }, inbounds, outbounds: [{ protocol: 'freedom' }] }
}

function idOf(way: Way): string {
  return `b3f1c2d4-5e6f-4a7b-8c9d-${String(WAYS.indexOf(way)).padStart(12, '0')}`
}

async function run(...args: string[]): Promise<string> {
  const { exit, stdout, stderr } = await runProgram(args, { cwd: folder })
  expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' })
  return stdout
}

/** The page, by the program itself through what was handed over. */
async function expectPage(given: string): Promise<void> {
  const client = new RunningProgram(['connect', given, '--http', '0', '--json'], { cwd: folder })
  try {
    const { httpUrl } = JSON.parse((await client.says(/^\{.*"listening".*\}$/m))[0])
    const page = await fetchThrough(httpUrl, origin.url).catch((error: unknown) => String(error))
    expect(page === PAGE, `${page.slice(0, 100)}\n${client.stderr}`).toBe(true)
  } finally {
    await client.kill()
  }
}

describe.each(STYLES)('share link --style %s', (style) => {
  it.each(STYLE_WAYS[style])('is dialled by connect over %s', async (way) => {
    const link = await run('share', 'link', 'server.json', '-a', '127.0.0.1', '--user', way, '--style', style)
    await expectPage(link.trim())
  })
})

describe('sub export', () => {
  it('gives links for all users, which connect dials one by one', async () => {
    const links = (await run('sub', 'export', 'server.json', '-a', '127.0.0.1', '-f', 'links')).trim()
    const given = links.split('\n')
    expect(given.length).toBe(WAYS.length)
    // Those that the styles above have not dialled.
    for (const way of ['tcp-tls', 'kcp', 'grpc'] as const)
      await expectPage(given[WAYS.indexOf(way)] as string)
  })

  it('gives a subscription, whose nodes connect dials by name after import', async () => {
    await run('sub', 'export', 'server.json', '-a', '127.0.0.1', '-o', 'sub.txt')
    await run('import', 'sub.txt')
    for (const way of ['ws-tls', 'h2-tls', 'httpupgrade'] as const) await expectPage(way)
  })

  it.each([
    ['clash', 'ws', 'clash'],
    ['sing-box', 'tcp', 'sing-box'],
    // Stored already, the same in every field.
    ['v2ray', 'tcp-http', 'tcp-http'],
  ])('gives a file of %s, which is read the same way', async (format, way, stored) => {
    const file = `nodes.${format}`
    await run('sub', 'export', 'server.json', '-a', '127.0.0.1', '--user', way, '-f', format, '-o', file)
    await run('import', file, '--name', format)
    await expectPage(stored)
  })
})

const missing = v2rayMissing()
/** 4.34 has neither grpc nor httpupgrade. */
const V2RAY_WAYS = WAYS.filter((way) => way !== 'grpc' && way !== 'httpupgrade')

describe.skipIf(missing !== undefined)(`with v2ray as the server${missing ? `: ${missing}` : ''}`, () => {
  let v2ray: Awaited<ReturnType<typeof startV2ray>>

  beforeAll(async () => {
    const own = await freePorts(V2RAY_WAYS.length)
    const config = serverFile(V2RAY_WAYS, own)
    const file = join(folder, 'v2ray.json')
    writeFileSync(file, JSON.stringify(config))
    const text = JSON.stringify(config)
      .replaceAll('"cert.pem"', JSON.stringify(join(folder, 'cert.pem')))
      .replaceAll('"key.pem"', JSON.stringify(join(folder, 'key.pem')))
    const ready = own.filter((_, i) => V2RAY_WAYS[i] !== 'kcp')
    v2ray = await startV2ray(JSON.parse(text), { ready })
  })

  afterAll(() => v2ray?.stop())

  it.each([
    ['tcp-http', 'base64'],
    ['ws-tls', 'url'],
    ['h2-tls', 'base64'],
    ['kcp', 'kitsunebi'],
    ['ws', 'shadowrocket'],
    ['tcp', 'quantumult'],
  ] as const)('%s is dialled from the %s link', async (way, style) => {
    const link = await run('share', 'link', 'v2ray.json', '-a', '127.0.0.1', '--user', way, '--style', style)
    await expectPage(link.trim())
  })
})
