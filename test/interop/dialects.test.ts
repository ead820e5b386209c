/**
 * What `convert` writes carries traffic: V2Ray outbounds through a real v2ray, and every dialect that a
 * profile fits into through our own client, each to a server of ours.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseUserId } from '../../src/account/uuid.js'
import { parseConfig } from '../../src/config/v2ray-json.js'
import { DIALECT_IDS, type DialectId } from '../../src/dialects/dialect-ids.js'
import type { Profile } from '../../src/dialects/profile.js'
import { readProfiles } from '../../src/dialects/read-profiles.js'
import { writeProfiles } from '../../src/dialects/write-profiles.js'
import { type Instance, startInstance } from '../../src/engine/instance.js'
import { makeCertificate } from '../../src/operations/certificate.js'
import { startClient } from '../../src/operations/connect.js'
import { configOfProfile } from '../../src/operations/link-input.js'
import { makePair, writePair } from '../../src/operations/pair.js'
import type { PairChoices } from '../../src/operations/pair-choices.js'
import { freePorts } from '../support/free-port.js'
import { fetchThrough, type Origin, startOrigin } from '../support/origin.js'
import { anyProfile } from '../support/profiles.js'
import { silentLogger } from '../support/silent-logger.js'
import { makeFolder } from '../support/spawned-program.js'
import { startV2ray, v2rayMissing } from '../support/v2ray.js'
import { httpInbound, type V2rayConfig } from '../support/v2ray-config.js'

const PAGE = randomBytes(50_000).toString('hex')
const missing = v2rayMissing()

interface Cell {
  readonly name: string
  readonly choices: PairChoices
  /** How many dialects must fit. */
  readonly carriers: number
  /** Why v2ray 4.34 cannot take part. */
  readonly without?: string
}

const CELLS: readonly Cell[] = [
  { name: 'tcp', choices: { transport: 'tcp', tls: 'none' }, carriers: 15 },
  { name: 'tcp in TLS', choices: { transport: 'tcp', tls: 'self-signed' }, carriers: 12 },
  {
    name: 'tcp with a header',
    choices: { transport: 'tcp', header: 'http', host: 'a.example', tls: 'none' },
    carriers: 9,
  },
  { name: 'ws', choices: { transport: 'ws', host: 'a.example', tls: 'none' }, carriers: 15 },
  { name: 'ws in TLS', choices: { transport: 'ws', tls: 'self-signed' }, carriers: 12 },
  { name: 'h2 in TLS', choices: { transport: 'h2', tls: 'self-signed' }, carriers: 7 },
  { name: 'kcp', choices: { transport: 'kcp' }, carriers: 5 },
  {
    name: 'grpc',
    choices: { transport: 'grpc', tls: 'none' },
    carriers: 8,
    without: 'v2ray 4.34 has no grpc',
  },
  {
    name: 'httpupgrade in TLS',
    choices: { transport: 'httpupgrade', tls: 'self-signed' },
    carriers: 4,
    without: 'v2ray 4.34 has no httpupgrade',
  },
  {
    name: 'tcp with a header in TLS',
    choices: { transport: 'tcp', header: 'http', tls: 'self-signed' },
    carriers: 6,
  },
  { name: 'kcp with a header', choices: { transport: 'kcp', header: 'wechat-video', seed: '' }, carriers: 5 },
  {
    name: 'h2 with a Host',
    choices: { transport: 'h2', host: 'a.example', tls: 'self-signed' },
    carriers: 7,
  },
  { name: 'the old header', choices: { transport: 'tcp', tls: 'none', alterId: 4 }, carriers: 11 },
]

let origin: Origin

beforeAll(async () => {
  origin = await startOrigin(PAGE)
})

afterAll(() => origin.close())

describe.each(CELLS)('$name', ({ choices, carriers, without }) => {
  let server: Instance
  let client: string
  let ports: readonly number[]

  beforeAll(async () => {
    ports = await freePorts(4)
    const [port, socksPort, httpPort] = ports as [number, number, number]
    const dir = join(makeFolder(), 'pair')
    await writePair(await makePair({ purpose: 'local', port, socksPort, httpPort, ...choices }), { dir })
    const file = join(dir, 'server.json')
    const { config } = parseConfig(readFileSync(file, 'utf8'), { file })
    server = await startInstance(config, { logger: silentLogger })
    client = readFileSync(join(dir, 'client.json'), 'utf8')
  })

  afterAll(() => server.stop({ graceMs: 0 }))

  const reason = missing ?? without
  it.skipIf(reason === undefined)(`not beside v2ray: ${reason}`, () => undefined)
  it.skipIf(reason !== undefined)('as an outbound of v2ray', async () => {
    const { text } = await writeProfiles('v2ray', [await onlyProfile(client)])
    const written = JSON.parse(text) as V2rayConfig
    const config = {
      ...written,
      log: { loglevel: 'error', access: 'none' },
      inbounds: [httpInbound(ports[3] as number)],
    }
    const v2ray = await startV2ray(config, { ready: [ports[3] as number] })
    try {
      expect((await fetchThrough(`http://127.0.0.1:${ports[3]}`, origin.url)) === PAGE).toBe(true)
    } finally {
      await v2ray.stop()
    }
  })

  it('in every dialect that it fits into, through our client', async () => {
    // Most dialects have no place for the certificate of a private authority.
    const { extraOf: _extraOf, ...profile } = await onlyProfile(client)
    const open: Profile = {
      ...profile,
      extra: new Map(),
      ...(profile.tls && { tls: { ...withoutPins(profile.tls), insecure: true } }),
    }
    const carried: DialectId[] = []
    for (const dialect of DIALECT_IDS) {
      const { text } = await writeProfiles(dialect, [open])
      if (text === '') continue
      const { config } = configOfProfile(await onlyProfile(text, dialect))
      const running = await startClient({ config, http: {} })
      expect((await fetchThrough(running.httpUrl ?? '', origin.url)) === PAGE, dialect).toBe(true)
      await running.stop({ graceMs: 0 })
      carried.push(dialect)
    }
    expect(carried.length, carried.join(', ')).toBeGreaterThanOrEqual(carriers)
  })
})

/** What no server of ours has, or `config new` does not write: a v2ray serves, and another dials what we wrote. */
const FURTHER: readonly (readonly [name: string, stream: object, transport: Profile['transport']])[] = [
  [
    'quic with a key and a header',
    {
      network: 'quic',
      quicSettings: { security: 'aes-128-gcm', key: 'a key', header: { type: 'srtp' } },
      security: 'tls',
    },
    { network: 'quic', header: 'srtp', security: 'aes-128-gcm', key: 'a key' },
  ],
  [
    'ws with early data in a header and further headers',
    { network: 'ws', wsSettings: { path: '/early', maxEarlyData: 512, earlyDataHeaderName: 'X-Early' } },
    {
      ...{ network: 'ws', path: '/early', host: 'a.example', headers: { 'X-One': '1' } },
      earlyData: { bytes: 512, header: 'X-Early' },
    },
  ],
  [
    'tcp with a header of its own method, paths and hosts',
    { tcpSettings: { header: { type: 'http', request: { path: ['/a', '/b'], method: 'POST' } } } },
    { network: 'tcp', header: 'http', hosts: ['a.example'], paths: ['/a', '/b'], method: 'POST' },
  ],
]

describe.skipIf(missing !== undefined)(`between two of v2ray${missing ? `: ${missing}` : ''}`, () => {
  it.each(FURTHER)('%s', async (_name, stream, transport) => {
    const [port, ready, httpPort] = (await freePorts(3)) as [number, number, number]
    const id = '9c7a1b1e-2f0d-4a57-8f5e-0d3b6a1c2e4f'
    const { certificate, key } = await makeCertificate({ hosts: ['127.0.0.1'] })
    const certificates = [{ certificate: certificate.split('\n'), key: key.split('\n') }]
    const settings = { clients: [{ id }] }
    const inbound = { listen: '127.0.0.1', port, protocol: 'vmess', settings }
    const inTls = 'security' in stream
    const served = { ...stream, ...(inTls && { tlsSettings: { certificates } }) }
    const open: Profile['tls'] = {
      ...{ serverName: '127.0.0.1', alpn: [], fingerprint: '', pinnedSha256: '', verifyName: '' },
      insecure: true,
    }
    const profile: Profile = {
      ...{ name: 'x', server: '127.0.0.1', port, uuid: parseUserId(id).uuid, alterId: 0 },
      ...{ security: 'auto', transport, extra: new Map(), ...(inTls && { tls: open }) },
    }
    const { text, losses } = await writeProfiles('v2ray', [profile])
    expect(losses).toEqual([])
    const log = { loglevel: 'error', access: 'none' }
    const server = await startV2ray(
      {
        log,
        inbounds: [{ ...inbound, streamSettings: served }, httpInbound(ready)],
        outbounds: [{ protocol: 'freedom' }],
      },
      { ready: [ready] },
    )
    const client = await startV2ray(
      { ...(JSON.parse(text) as V2rayConfig), log, inbounds: [httpInbound(httpPort)] },
      { ready: [httpPort] },
    )
    try {
      expect((await fetchThrough(`http://127.0.0.1:${httpPort}`, origin.url)) === PAGE).toBe(true)
    } finally {
      await client.stop()
      await server.stop()
    }
  })
})

/** Everything of a profile that V2Ray's file can say, in one file. */
it.skipIf(missing !== undefined)('v2ray -test accepts the outbounds of random profiles', async () => {
  // v2ray 4.34 does not know grpc.
  const profiles = fc.sample(anyProfile, 400).filter(({ transport }) => transport.network !== 'grpc')
  const { text, leftOut } = await writeProfiles('v2ray', profiles)
  expect(profiles.length - leftOut.length).toBeGreaterThan(60)
  const file = join(makeFolder(), 'outbounds.json')
  writeFileSync(file, text)
  const { status, stdout, stderr } = spawnSync('v2ray', ['-test', '-config', file], { encoding: 'utf8' })
  expect(stdout + stderr).toContain('Configuration OK.')
  expect(status).toBe(0)
})

function withoutPins(tls: NonNullable<Profile['tls']>): NonNullable<Profile['tls']> {
  const { pinnedChainSha256: _, ...rest } = tls
  return { ...rest, pinnedSha256: '', verifyName: '' }
}

async function onlyProfile(text: string, dialect?: DialectId): Promise<Profile> {
  const { nodes } = await readProfiles(text, dialect === undefined ? {} : { dialect })
  const [node] = nodes
  if (node?.ok !== true) throw node?.fault ?? new Error('there is no node')
  return node.profile
}
