/** Old files through the real v2ray before and after: the new ones are accepted, and the same traffic arrives. */
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrateText } from '../../src/config/migrate/migrate-text.js'
import { parseConfig } from '../../src/config/v2ray-json.js'
import { startInstance } from '../../src/engine/instance.js'
import { freePorts } from '../support/free-port.js'
import { silentLogger } from '../support/silent-logger.js'
import { socksConnect } from '../support/socks-client.js'
import { take } from '../support/take.js'
import { GREETING, startTargets, type Targets } from '../support/targets.js'
import { startV2ray, v2rayMissing } from '../support/v2ray.js'
import type { V2rayConfig } from '../support/v2ray-config.js'

const ID = '9f1b6c2e-4d0a-4c57-8e3b-6a2d7f90c1e4'
const LISTEN = '127.0.0.1'
const LOG = { loglevel: 'error', access: 'none' }
const CELL_WITHIN_MS = 30_000

let targets: Targets

interface Ports {
  readonly server: number
  readonly socks: number
}

interface Pair {
  readonly server: object
  readonly client: object
}

const user = (alterId: number) => ({ id: ID, alterId })
const vnext = (port: number, alterId: number) => [{ address: LISTEN, port, users: [user(alterId)] }]
/** Both targets greet whoever comes; this one nobody may reach. */
const block = () => ({ type: 'field', port: targets.farewell, outboundTag: 'block' })

/** Pairs as people still have them; each with the same meaning: all traffic but that to one target. */
const OLD_PAIRS: readonly (readonly [string, (ports: Ports) => Pair])[] = [
  [
    'of V2Ray 3, with alter ids',
    ({ server, socks }) => ({
      server: {
        log: LOG,
        port: server,
        inbound: { listen: LISTEN, protocol: 'vmess', settings: { clients: [user(64)] } },
        outbound: { protocol: 'freedom' },
      },
      client: {
        log: LOG,
        inbound: { listen: LISTEN, port: socks, protocol: 'socks', domainOverride: ['http'] },
        outbound: { protocol: 'vmess', settings: { vnext: vnext(server, 16) } },
        outboundDetour: [{ protocol: 'blackhole', tag: 'block' }],
        routing: { strategy: 'rules', settings: { rules: [block()] } },
      },
    }),
  ],
  [
    'with one transport for all',
    ({ server, socks }) => {
      const transport = { tcpSettings: { header: { type: 'http', request: { path: ['/a'] } } } }
      return {
        server: {
          log: LOG,
          transport,
          inbounds: [{ listen: LISTEN, port: server, protocol: 'vmess', settings: { clients: [user(4)] } }],
          outbounds: [{ protocol: 'freedom', streamSettings: { tcpSettings: {} } }],
        },
        client: {
          log: LOG,
          transport,
          inbounds: [{ listen: LISTEN, port: socks, protocol: 'socks', streamSettings: { tcpSettings: {} } }],
          outbounds: [
            { protocol: 'vmess', settings: { vnext: vnext(server, 0) } },
            { protocol: 'blackhole', tag: 'block' },
          ],
          routing: { rules: [block()] },
        },
      }
    },
  ],
]

beforeAll(async () => {
  targets = await startTargets(1024)
})
afterAll(() => targets.stop())

interface Hop {
  stop(): Promise<unknown>
}

async function runOurs(config: object): Promise<Hop> {
  const parsed = parseConfig(JSON.stringify(config), { file: 'migrated' })
  return startInstance(parsed.config, { logger: silentLogger })
}

/** Whether an application gets through, and whether it is stopped where the rule says so. */
async function seen(socksPort: number): Promise<{ through: boolean; blocked: boolean }> {
  const socket = await socksConnect(socksPort, { host: LISTEN, port: targets.greeter })
  socket.write('hello')
  const said = await take(socket, GREETING.length + 5)
  socket.destroy()
  const echoed = said.toString() === `${GREETING}hello`
  const [open, blocked] = [
    await isGreeted(socksPort, targets.greeter),
    !(await isGreeted(socksPort, targets.farewell)),
  ]
  return { through: echoed && open, blocked }
}

async function isGreeted(socksPort: number, port: number): Promise<boolean> {
  try {
    const socket = await socksConnect(socksPort, { host: LISTEN, port })
    const ends = ['end', 'close'].map((event) => once(socket, event).then(() => []))
    const greeting = once(socket, 'data')
    socket.resume()
    const [first] = await Promise.race([greeting, ...ends])
    socket.destroy()
    return first !== undefined
  } catch {
    return false
  }
}

async function through(pair: Pair, ports: Ports): Promise<{ through: boolean; blocked: boolean }> {
  const server = await startV2ray(pair.server as V2rayConfig, { ready: [ports.server] })
  try {
    const client = await startV2ray(pair.client as V2rayConfig, { ready: [ports.socks] })
    try {
      return await seen(ports.socks)
    } finally {
      await client.stop()
    }
  } finally {
    await server.stop()
  }
}

function migrated(config: object): object {
  const { text, errors } = migrateText(JSON.stringify(config), 'v2ray4', 'old.json')
  expect(errors).toEqual([])
  return JSON.parse(text)
}

const missing = v2rayMissing()

describe.skipIf(missing !== undefined)(`migrate and v2ray 4.34${missing ? `: ${missing}` : ''}`, () => {
  it.each(OLD_PAIRS)('a pair %s means the same afterwards', { timeout: CELL_WITHIN_MS }, async (_, make) => {
    const [server, socks] = (await freePorts(2)) as [number, number]
    const old = make({ server, socks })
    const before = await through(old, { server, socks })
    expect(before).toEqual({ through: true, blocked: true })
    const pair = { server: migrated(old.server), client: migrated(old.client) }
    expect(JSON.stringify(pair)).not.toMatch(/"(inbound|outbound|transport)"|Detour|"alterId":[1-9]/)
    expect(await through(pair, { server, socks })).toEqual(before)
  })

  it('our server runs the migrated file of a server for a migrated client in v2ray', async () => {
    const [server, socks] = (await freePorts(2)) as [number, number]
    const old = OLD_PAIRS[0]?.[1]({ server, socks }) as Pair
    const hop = await runOurs(migrated(old.server))
    try {
      const client = await startV2ray(migrated(old.client) as V2rayConfig, { ready: [socks] })
      try {
        expect(await seen(socks)).toEqual({ through: true, blocked: true })
      } finally {
        await client.stop()
      }
    } finally {
      await hop.stop()
    }
  })

  it("v2ray accepts a client in Xray's form once it is migrated", { timeout: CELL_WITHIN_MS }, async () => {
    const [server, socks] = (await freePorts(2)) as [number, number]
    const old = {
      server: OLD_PAIRS[0]?.[1]({ server, socks }).server as object,
      client: {
        log: LOG,
        inbounds: [{ listen: LISTEN, port: socks, protocol: 'socks' }],
        outbounds: [
          { protocol: 'vmess', settings: { address: LISTEN, port: server, id: ID } },
          { protocol: 'block', tag: 'block' },
        ],
        routing: { rules: [{ port: targets.farewell, outboundTag: 'block' }] },
      },
    }
    const pair = { server: migrated(old.server), client: migrated(old.client) }
    expect(await through(pair, { server, socks })).toEqual({ through: true, blocked: true })
  })
})
