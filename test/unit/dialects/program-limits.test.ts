/** What a real Xray 26.3 and sing-box 1.14 refuse in an outbound, which would cost the whole file. */
import { describe, expect, it } from 'vitest'
import { makeUuid } from '../../../src/account/uuid.js'
import type { Profile, ProfileTls } from '../../../src/dialects/profile.js'
import { writeProfiles } from '../../../src/dialects/write-profiles.js'

const KEY = 'q1WPGk0RPJSTT3BzUpyIpCbPjSUOxQHbvyhkGxeGHUQ'
const REALITY = { publicKey: KEY, shortId: '0123ab', spiderX: '/x' }
const PLAIN: Profile = {
  name: 'Demo',
  server: 'vpn.example.com',
  port: 443,
  uuid: makeUuid(() => new Uint8Array(16).fill(7)),
  alterId: 0,
  security: 'auto',
  transport: { network: 'tcp', header: 'none' },
  extra: new Map(),
}

function realityTls(reality: Partial<typeof REALITY> = {}): ProfileTls {
  const unused = { alpn: [], fingerprint: '', insecure: false, pinnedSha256: '', verifyName: '' }
  return { serverName: 'a.example', ...unused, reality: { ...REALITY, ...reality } }
}

async function outbound(dialect: 'xray' | 'sing-box', profile: Profile) {
  const { text, losses } = await writeProfiles(dialect, [profile])
  const written = text === '' ? undefined : JSON.parse(text).outbounds[0]
  return { written, lost: losses.map(({ field }) => field) }
}

describe('REALITY', () => {
  it('has a fingerprint where none was named', async () => {
    const { written } = await outbound('sing-box', { ...PLAIN, tls: realityTls() })
    expect(written.tls.utls).toEqual({ enabled: true, fingerprint: 'chrome' })
  })

  it.each([
    ['a key of three bytes', { publicKey: 'AAAA' }],
    ['a short id of odd length', { shortId: 'abc' }],
  ])('with %s leaves the node out', async (_, reality) => {
    for (const dialect of ['xray', 'sing-box'] as const) {
      const { written, lost } = await outbound(dialect, { ...PLAIN, tls: realityTls(reality) })
      expect(written).toBe(undefined)
      expect(lost).toContain('reality')
    }
  })

  it('over ws is none of Xray', async () => {
    const ws = { ...PLAIN, transport: { network: 'ws', host: '', path: '/' } as const, tls: realityTls() }
    expect((await outbound('xray', ws)).written).toBe(undefined)
    expect((await outbound('sing-box', ws)).written.tls.reality.public_key).toBe(KEY)
  })

  it.each([
    ['x', '/x'],
    ['/%', undefined],
    ['100%', undefined],
    ['/%41', '/%41'],
  ])('has the spiderX %s as %s', async (spiderX, expected) => {
    const { written } = await outbound('xray', { ...PLAIN, tls: realityTls({ spiderX }) })
    expect(written.streamSettings.realitySettings.spiderX).toBe(expected)
  })
})

describe('UDP', () => {
  it('goes by XUDP in sing-box where nothing was said', async () => {
    expect((await outbound('sing-box', PLAIN)).written.packet_encoding).toBe('xudp')
    expect((await outbound('sing-box', { ...PLAIN, packetEncoding: 'none' })).written.packet_encoding).toBe(
      '',
    )
  })

  it('goes by XUDP in Xray whatever was said', async () => {
    const { written, lost } = await outbound('xray', { ...PLAIN, packetEncoding: 'packetaddr' })
    expect(written.settings.packetEncoding).toBe(undefined)
    expect(lost).toEqual(['packetEncoding'])
  })
})

it('the quic of sing-box needs TLS', async () => {
  const quic = {
    ...PLAIN,
    transport: { network: 'quic', header: 'none', security: 'none', key: '' } as const,
  }
  expect((await outbound('sing-box', quic)).lost).toEqual(['quic'])
})

describe('TLS', () => {
  const certified = { serverName: 'a.example', alpn: [], insecure: false, verifyName: '', pinnedSha256: '' }
  const over = (tls: Partial<ProfileTls>): Profile => ({
    ...PLAIN,
    tls: { ...certified, fingerprint: '', ...tls },
  })

  it.each([
    ['xray', 'unsafe', []],
    ['xray', 'chrome_psk', ['fingerprint']],
    ['sing-box', 'chrome_psk', []],
    ['sing-box', 'unsafe', ['fingerprint']],
  ] as const)('%s and the fingerprint %s', async (dialect, fingerprint, expected) => {
    expect((await outbound(dialect, over({ fingerprint }))).lost).toEqual(expected)
  })

  it('has a pin in Xray when that is hex', async () => {
    expect((await outbound('xray', over({ pinnedSha256: 'AB'.repeat(32) }))).lost).toEqual([])
    expect((await outbound('xray', over({ pinnedSha256: 'q80=' }))).lost).toEqual(['pin'])
  })

  it('an unknown fingerprint of REALITY becomes chrome', async () => {
    const tls = { ...realityTls(), fingerprint: 'hellox' }
    const { written } = await outbound('sing-box', { ...PLAIN, tls })
    expect(written.tls.utls.fingerprint).toBe('chrome')
  })
})

it('xhttp keeps a mode that Xray knows', async () => {
  const xhttp = (mode: string): Profile => ({
    ...PLAIN,
    transport: { network: 'xhttp', host: '', path: '/', mode, settings: '' },
  })
  expect((await outbound('xray', xhttp('stream-one'))).lost).toEqual([])
  expect((await outbound('xray', xhttp('fast'))).lost).toEqual(['xhttpMode'])
})
