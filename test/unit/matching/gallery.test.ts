import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { matchFiles, type MatchReport, mismatchFault } from '../../../src/operations/match.js'
import { makePair } from '../../../src/operations/pair.js'
import { makeFolder } from '../../support/spawned-program.js'
import {
  type Base,
  BASES,
  BREAKAGES,
  type GalleryPair,
  translatedPair,
  workingPair,
} from '../../support/match-gallery.js'

const folder = makeFolder()
let files = 0

function write(content: unknown): string {
  const path = join(folder, `${files++}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

async function match(pair: { server: unknown; client: unknown }, user?: string): Promise<MatchReport> {
  const { server, client } = pair
  const link = typeof client === 'string' && client.startsWith('vmess://')
  return matchFiles({
    server: write(server),
    client: link ? client : write(client),
    stdin: (async function* () {})(),
    ...(user !== undefined && { user }),
  })
}

const bases = Object.keys(BASES) as Base[]
const broken = BREAKAGES.flatMap((breakage) =>
  breakage.bases.map((base) => [`${base}: ${breakage.what}`, base, breakage] as const),
)

it('is a gallery of 60 pairs at least', () => {
  expect(broken.length).toBeGreaterThanOrEqual(60)
})

describe('a pair that works matches', () => {
  it.each(bases)('%s', async (base) => {
    const report = await match(await workingPair(base))
    expect(report).toMatchObject({ matches: true, findings: [], notes: [] })
    expect(mismatchFault(report)).toBeUndefined()
  })

  it.each([
    ['tcp', 'sing-box', 'mihomo'],
    ['ws', 'v2ray5', 'v2rayn'],
    ['grpc', 'sing-box', 'url'],
    ['ws', 'mihomo', 'v2rayn'],
    ['ws', 'xray', 'xray'],
    ['httpupgrade', 'xray', 'sing-box'],
  ] as const)('%s of %s for %s', async (base, server, client) => {
    const pair = await translatedPair(await workingPair(base), { server, client })
    expect(await match(pair)).toMatchObject({ matches: true, findings: [] })
  })

  it('of which sing-box packs UDP as no V2Ray reads it, with a word about that', async () => {
    const pair = await translatedPair(await workingPair('ws'), { server: 'v2ray5', client: 'sing-box' })
    expect(await match(pair)).toMatchObject({
      matches: true,
      findings: [
        {
          id: 'match.packet-encoding',
          severity: 'warning',
          places: { client: { path: '/outbounds/0/packet_encoding' } },
        },
      ],
    })
  })

  it.each(bases)('as a link: %s', async (base) => {
    const pair = await makePair({ address: 'vpn.example.com', ...BASES[base] })
    const server = pair.texts.find(({ part }) => part === 'server')?.text
    expect(
      (await match({ server, client: pair.users[0]?.link })).findings.filter(
        ({ id }) => id !== 'match.trust',
      ),
    ).toEqual([])
  })

  it('behind a web server, whose port and TLS are its own', async () => {
    const report = await match(await workingPair('ws', { purpose: 'web', tls: 'front' }))
    expect(report).toMatchObject({ matches: true, findings: [{ id: 'match.front', severity: 'warning' }] })
  })
})

describe('a pair with one change', () => {
  it.each(broken)('%s', async (_, base, { breakIt, id, side }) => {
    const pair: GalleryPair = await workingPair(base)
    breakIt(pair)
    const report = await match(pair)
    expect(report.findings.map((finding) => [finding.id, finding.side])).toEqual([[id, side]])
    for (const { places } of report.findings) {
      expect(places.client).toMatchObject({ line: 1, path: expect.stringMatching(/^\/outbounds\/0\/./) })
      expect(places.server).toMatchObject({ line: 1, path: expect.stringMatching(/^\/inbounds\/0/) })
    }
    expect(report.matches).toBe(false)
    expect(mismatchFault(report)?.code).toBe('MATCH_DIFFERS')
    if (side === 'client') {
      const again = await match({ server: pair.server, client: report.fixed })
      expect(again).toMatchObject({ matches: true, findings: [] })
    }
  })
})

describe('several', () => {
  it('clients are paired with the inbound each of them means', async () => {
    const [ws, tcp] = [await workingPair('ws'), await workingPair('tcp')]
    tcp.server.inbounds[0].tag = 'second'
    const server = { inbounds: [ws.server.inbounds[0], tcp.server.inbounds[0]], outbounds: [] }
    const [second, first] = [tcp.client.outbounds[0], ws.client.outbounds[0]]
    second.settings.vnext[0].port = 4
    const report = await match({ server, client: { outbounds: [second, first] } })
    expect(report.pairs.map((pair) => [pair.server.tag, pair.matches])).toEqual([
      ['second', false],
      ['vmess', true],
    ])
    expect(report.findings).toMatchObject([
      { id: 'match.port', path: expect.stringMatching(/^\/outbounds\/0/) },
    ])
  })

  it('users: the one that is named decides', async () => {
    const { server, client } = await workingPair('tcp', { names: ['alice', 'bob'] })
    const report = await match({ server, client }, 'bob')
    expect(report.findings).toMatchObject([
      { id: 'match.id', message: expect.stringContaining('of alice, not of bob') },
    ])
    const fixed = await match({ server, client: report.fixed }, 'bob')
    expect(fixed.matches).toBe(true)
  })

  it('secrets stay out of the findings', async () => {
    const pair = await workingPair('tcp')
    const id = pair.server.inbounds[0].settings.clients[0].id
    pair.client.outbounds[0].settings.vnext[0].users[0].id = '11111111-2222-4333-8444-555555555555'
    const { findings } = await match(pair)
    expect(JSON.stringify(findings)).not.toContain(id)
    expect(JSON.stringify(findings)).not.toContain('11111111-2222')
  })
})

describe('what cannot be compared', () => {
  it('a file without a vmess inbound is refused', async () => {
    const { client } = await workingPair('tcp')
    await expect(match({ server: client, client })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it('a certificate that cannot be read is a note', async () => {
    const pair = await workingPair('tcp, TLS')
    pair.server.inbounds[0].streamSettings.tlsSettings.certificates = [
      { certificateFile: 'gone.pem', keyFile: 'gone.key' },
    ]
    const report = await match(pair)
    expect(report).toMatchObject({ matches: true, findings: [] })
    expect(report.notes).toEqual([expect.stringContaining('could not be read')])
  })
})
