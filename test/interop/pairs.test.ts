/** The pairs that `config new` and `init` write carry traffic: with ours and with v2ray on either side. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/v2ray-json.js'
import { startInstance } from '../../src/engine/instance.js'
import { makePair, writePair } from '../../src/operations/pair.js'
import type { PairChoices } from '../../src/operations/pair-choices.js'
import { makeAuthority } from '../support/certificates.js'
import { freePorts } from '../support/free-port.js'
import { nginxMissing, startNginx } from '../support/nginx.js'
import { fetchThrough, type Origin, startOrigin } from '../support/origin.js'
import { silentLogger } from '../support/silent-logger.js'
import { socksUdp } from '../support/socks-client.js'
import { makeFolder } from '../support/spawned-program.js'
import { startTargets, type Targets } from '../support/targets.js'
import { startV2ray, v2rayMissing } from '../support/v2ray.js'
import { socksInbound, type V2rayConfig } from '../support/v2ray-config.js'
import { type Direction, DIRECTIONS } from './matrix.js'

const PAGE = randomBytes(300_000).toString('hex')
const OURS: readonly Direction[] = ['ours ↔ ours']
const missing = v2rayMissing()

/** v2ray 4.34 has neither grpc nor httpupgrade. */
const CELLS: readonly [name: string, choices: PairChoices, directions: readonly Direction[]][] = [
  ['tcp', { transport: 'tcp', tls: 'none' }, DIRECTIONS],
  ['tcp in TLS', { transport: 'tcp', tls: 'self-signed' }, DIRECTIONS],
  [
    'tcp with the header of HTTP',
    { transport: 'tcp', header: 'http', host: 'a.example', tls: 'none' },
    DIRECTIONS,
  ],
  [
    'tcp with the header of HTTP in TLS',
    { transport: 'tcp', header: 'http', tls: 'self-signed' },
    DIRECTIONS,
  ],
  ['ws', { transport: 'ws', tls: 'none' }, DIRECTIONS],
  ['ws with a Host, in TLS', { transport: 'ws', host: 'a.example', tls: 'self-signed' }, DIRECTIONS],
  ['httpupgrade', { transport: 'httpupgrade', tls: 'none' }, OURS],
  [
    'httpupgrade with a Host, in TLS',
    { transport: 'httpupgrade', host: 'a.example', tls: 'self-signed' },
    OURS,
  ],
  ['h2 in TLS', { transport: 'h2', tls: 'self-signed' }, DIRECTIONS],
  ['grpc', { transport: 'grpc', tls: 'none' }, OURS],
  ['grpc in TLS', { transport: 'grpc', tls: 'self-signed' }, OURS],
  ['kcp', { transport: 'kcp' }, DIRECTIONS],
  ['kcp with a header and without a seed', { transport: 'kcp', header: 'utp', seed: '' }, DIRECTIONS],
  ['the old header', { transport: 'tcp', tls: 'none', alterId: 4 }, DIRECTIONS],
  ['a cipher that is named', { transport: 'tcp', tls: 'none', security: 'chacha20-poly1305' }, DIRECTIONS],
]

let origin: Origin
let targets: Targets

beforeAll(async () => {
  origin = await startOrigin(PAGE)
  targets = await startTargets(1)
})

afterAll(async () => {
  await origin.close()
  await targets.stop()
})

describe.each(CELLS)('%s', (_, choices, directions) => {
  describe.each(directions)('%s', (direction) => {
    const skipped = direction !== 'ours ↔ ours' && missing !== undefined
    it.skipIf(skipped)(`carries a page and datagrams${skipped ? `: ${missing}` : ''}`, async () => {
      const [port, socksPort, httpPort, readyPort] = (await freePorts(4)) as [number, number, number, number]
      const dir = join(makeFolder(), 'pair')
      await writePair(await makePair({ purpose: 'local', port, socksPort, httpPort, ...choices }), { dir })
      const server = await start(join(dir, 'server.json'), {
        ours: direction !== 'our client → v2ray server',
        readyPort,
      })
      const client = await start(join(dir, 'client.json'), {
        ours: direction !== 'v2ray client → our server',
      })
      try {
        expect((await fetchThrough(`http://127.0.0.1:${httpPort}`, origin.url)) === PAGE).toBe(true)
        expect(await echoed(socksPort)).toBe(true)
      } catch (error) {
        throw new Error(`${String(error)}\n${server.log()}\n${client.log()}`)
      } finally {
        await client.stop()
        await server.stop()
      }
    })
  })
})

const noNginx = nginxMissing()

describe.skipIf(noNginx !== undefined)(`behind nginx${noNginx === undefined ? '' : `: ${noNginx}`}`, () => {
  it.each(['ws', 'httpupgrade', 'grpc'] as const)('%s', async (transport) => {
    const [port, ownPort, socksPort, httpPort] = (await freePorts(4)) as [number, number, number, number]
    const authority = await makeAuthority()
    const { certificate, key } = await authority.issue(['server.example.com'])
    const dir = join(makeFolder(), 'pair')
    const choices: PairChoices = {
      ...{ purpose: 'web', address: '127.0.0.1', serverName: 'server.example.com', port, transport },
      ...{ listen: { host: '127.0.0.1', port: ownPort }, socksPort, httpPort },
    }
    await writePair(await makePair(choices), { dir })
    const snippet = readFileSync(join(dir, 'nginx.conf'), 'utf8')
    const nginx = await startNginx({
      example: { text: `events {}\nhttp {\n${snippet}}\n` },
      replace: {
        '/etc/ssl/server.example.com/fullchain.pem': '{chain.pem}',
        '/etc/ssl/server.example.com/privkey.pem': '{key.pem}',
      },
      files: { 'chain.pem': certificate, 'key.pem': key },
      port,
    })
    trust(join(dir, 'client.json'), authority.certificate)
    const server = await start(join(dir, 'server.json'), { ours: true })
    const client = await start(join(dir, 'client.json'), { ours: true })
    try {
      expect((await fetchThrough(`http://127.0.0.1:${httpPort}`, origin.url)) === PAGE).toBe(true)
    } catch (error) {
      throw new Error(`${String(error)}\n${nginx.log()}`)
    } finally {
      await client.stop()
      await server.stop()
      await nginx.stop()
    }
  })
})

/** The certificate of the web server is one that clients trust anyway; in a test they have to be told. */
function trust(file: string, authority: string): void {
  const config = JSON.parse(readFileSync(file, 'utf8'))
  const certificates = [{ usage: 'verify', certificate: authority.trim().split('\n') }]
  Object.assign(config.outbounds[0].streamSettings.tlsSettings, { certificates })
  writeFileSync(file, JSON.stringify(config))
}

async function echoed(socksPort: number): Promise<boolean> {
  const association = await socksUdp(socksPort)
  const datagram = randomBytes(500)
  try {
    const answer = await association.ask({ host: '127.0.0.1', port: targets.udpEcho[0] }, datagram)
    return answer.equals(datagram)
  } finally {
    association.close()
  }
}

interface Hop {
  log(): string
  stop(): Promise<unknown>
}

/** A second inbound shows when a v2ray is up whose first one listens on udp. */
async function start(
  file: string,
  { ours, readyPort }: { readonly ours: boolean; readonly readyPort?: number },
): Promise<Hop> {
  const text = readFileSync(file, 'utf8')
  if (ours) {
    const instance = await startInstance(parseConfig(text, { file }).config, { logger: silentLogger })
    return { log: () => '', stop: () => instance.stop({ graceMs: 0 }) }
  }
  const config = JSON.parse(text) as V2rayConfig
  const extra = readyPort === undefined ? [] : [socksInbound(readyPort)]
  const inbounds = [...config.inbounds, ...extra]
  const last = inbounds.at(-1) as { port: number }
  return startV2ray({ ...config, inbounds }, { ready: [last.port] })
}
