import { describe, expect, it } from 'vitest'
import { migrateText, type MigrateTarget } from '../../../src/config/migrate/migrate-text.js'
import { faultOf } from '../../support/fault-of.js'

const ID = '9f1b6c2e-4d0a-4c57-8e3b-6a2d7f90c1e4'

function migrate(value: unknown, target: MigrateTarget = 'v2ray5') {
  const given = typeof value === 'string' ? value : JSON.stringify(value)
  const { text, changes, errors } = migrateText(given, target, 'x.json')
  return {
    result: JSON.parse(text),
    said: changes.map(({ path, effect }) => `${effect} ${path}`),
    errors: errors.map(({ rule }) => rule),
  }
}

describe('the form of V2Ray 3', () => {
  const OLD = {
    port: 1080,
    inbound: { protocol: 'socks', domainOverride: ['http'] },
    inboundDetour: [{ port: 1081, protocol: 'http' }],
    outbound: { protocol: 'freedom', tag: 'a' },
    outboundDetour: [{ protocol: 'blackhole', tag: 'b' }],
    routing: {
      strategy: 'rules',
      settings: { domainStrategy: 'AsIs', rules: [{ type: 'field', network: 'udp', outboundTag: 'b' }] },
    },
  }

  it.each(['v2ray4', 'v2ray5'] as const)(
    'becomes lists for %s, in the order in which they counted',
    (target) => {
      const { result, said, errors } = migrate(OLD, target)
      expect(result).toEqual({
        inbounds: [
          { port: 1080, protocol: 'socks', sniffing: { enabled: true, destOverride: ['http'] } },
          { port: 1081, protocol: 'http' },
        ],
        outbounds: [
          { protocol: 'freedom', tag: 'a' },
          { protocol: 'blackhole', tag: 'b' },
        ],
        routing: { domainStrategy: 'AsIs', rules: [{ type: 'field', network: 'udp', outboundTag: 'b' }] },
      })
      expect(said).toEqual([
        'rewritten /inbound',
        'rewritten /inboundDetour',
        'rewritten /outbound',
        'rewritten /outboundDetour',
        'rewritten /port',
        'rewritten /routing/settings',
        'rewritten /inbounds/0/domainOverride',
      ])
      expect(errors).toEqual([])
    },
  )

  it('puts the transport of all into each that uses it', () => {
    const { result } = migrate({
      transport: { kcpSettings: { mtu: 1400 }, tcpSettings: {} },
      outbounds: [
        { protocol: 'freedom' },
        { protocol: 'freedom', tag: 'k', streamSettings: { network: 'kcp' } },
      ],
    })
    expect(result.transport).toBeUndefined()
    expect(result.outbounds[1].streamSettings).toEqual({ network: 'kcp', kcpSettings: { mtu: 1400 } })
    expect(result.outbounds[0].streamSettings).toEqual({ tcpSettings: {} })
  })
})

it('sets every alterId to 0, of users and of defaults', () => {
  const { result, said } = migrate({
    inbounds: [
      {
        port: 1,
        protocol: 'vmess',
        settings: { clients: [{ id: ID, AlterID: 64 }], default: { alterId: 32 } },
      },
    ],
    outbounds: [
      {
        protocol: 'vmess',
        settings: { vnext: [{ address: 'a', port: 1, users: [{ id: ID, alterId: 4 }, { id: ID }] }] },
      },
    ],
  })
  expect(JSON.stringify(result)).not.toMatch(/"alterid":[1-9]/i)
  expect(said).toEqual([
    'rewritten /inbounds/0/settings/default/alterId',
    'rewritten /inbounds/0/settings/clients/0/alterId',
    'rewritten /outbounds/0/settings/vnext/0/users/0/alterId',
  ])
})

describe('from Xray to V2Ray', () => {
  const FLAT = {
    outbounds: [
      {
        protocol: 'vmess',
        settings: { address: 'a.example', port: 443, id: ID, security: 'auto' },
        streamSettings: { method: 'websocket', wsSettings: { path: '/x?ed=2048', host: 'b.example' } },
      },
      { protocol: 'block', tag: 'b' },
    ],
    routing: { rules: [{ network: 'udp', outboundTag: 'b' }] },
  }

  it('nests the server, renames, and writes early data where it belongs', () => {
    const { result, errors } = migrate(FLAT)
    expect(result.outbounds[0]).toEqual({
      protocol: 'vmess',
      settings: {
        vnext: [{ address: 'a.example', port: 443, users: [{ id: ID, security: 'auto' }] }],
      },
      streamSettings: {
        network: 'websocket',
        wsSettings: {
          path: '/x',
          headers: { Host: 'b.example' },
          maxEarlyData: 2048,
          earlyDataHeaderName: 'Sec-WebSocket-Protocol',
        },
      },
    })
    expect(result.routing.rules).toEqual([{ network: 'udp', outboundTag: 'b', type: 'field' }])
    expect(errors).toEqual([])
  })

  it('leaves early data out for 4.34', () => {
    const { wsSettings } = migrate(FLAT, 'v2ray4').result.outbounds[0].streamSettings
    expect(wsSettings).toEqual({ path: '/x', headers: { Host: 'b.example' } })
  })

  it('says what the target has not', () => {
    const grpc = { outbounds: [{ protocol: 'freedom', streamSettings: { network: 'grpc' } }] }
    expect(migrate(grpc, 'v2ray4').errors).toEqual(['VM-T03'])
  })
})

describe('to Xray', () => {
  it('drops dynamic ports with their inbound, and what Xray ignores', () => {
    const { result, said, errors } = migrate(
      {
        inbounds: [
          {
            port: 1,
            protocol: 'vmess',
            settings: { clients: [{ id: ID }], detour: { to: 'd' }, disableInsecureEncryption: true },
          },
          { port: '1000-1010', protocol: 'vmess', tag: 'd', allocate: { strategy: 'random' } },
        ],
        outbounds: [{ protocol: 'freedom' }],
      },
      'xray',
    )
    expect(result.inbounds).toEqual([{ port: 1, protocol: 'vmess', settings: { clients: [{ id: ID }] } }])
    expect(result.outbounds[0].settings).toEqual({ finalRules: [{ action: 'allow' }] })
    expect(said).toEqual([
      'removed /inbounds/0/settings/detour',
      'removed /inbounds/1',
      'removed /inbounds/0/settings/disableInsecureEncryption',
      'rewritten /outbounds/0/settings/finalRules',
    ])
    expect(errors).toEqual([])
  })

  it('names what is lost', () => {
    const users = [{ id: ID, security: 'none' }, { id: ID }]
    const { result, said } = migrate(
      {
        outbounds: [
          {
            protocol: 'vmess',
            settings: { vnext: [{ address: 'a', port: 1, users }] },
            streamSettings: {
              network: 'kcp',
              security: 'tls',
              kcpSettings: { seed: 's', header: { type: 'none' } },
              tlsSettings: { allowInsecure: true },
            },
          },
        ],
      },
      'xray',
    )
    expect(said).toEqual([
      'rewritten /outbounds/0/settings/vnext/0/users/0/security',
      'lost /outbounds/0/settings/vnext',
      'lost /outbounds/0/streamSettings/finalmask',
      'lost /outbounds/0/streamSettings/kcpSettings/seed',
      'lost /outbounds/0/streamSettings/tlsSettings/allowInsecure',
    ])
    expect(result.outbounds[0].settings.vnext[0].users).toEqual([{ id: ID, security: 'auto' }])
  })
})

it('says that comments are lost, and changes nothing twice', () => {
  expect(migrate('{ // a\n "outbounds": [] }').said).toEqual(['removed '])
  expect(migrate(migrate({ inbound: { port: 1, protocol: 'socks' } }).result).said).toEqual([])
})

it('refuses what is no configuration', () => {
  expect(faultOf(() => migrateText('{', 'v2ray5', 'x.json'))).toMatchObject({
    code: 'CONFIG_SYNTAX',
    why: expect.stringContaining('x.json:1:1'),
  })
})
