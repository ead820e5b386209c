import { describe, expect, it } from 'vitest'
import { parseUserId } from '../../../src/account/uuid.js'
import type { ServerProfile } from '../../../src/dialects/server-profile.js'
import { readServers } from '../../../src/dialects/server-reader.js'

const ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'
const UUID = parseUserId(ID).uuid
const FILES = { certificateFile: '/c.pem', keyFile: '/k.pem' }
const TLS = {
  serverName: 'a.example',
  alpn: ['h2'],
  certificates: [{ certificate: { file: '/c.pem' }, key: { file: '/k.pem' } }],
}

function v2ray(inbound: object): object {
  return { inbounds: [{ port: 443, protocol: 'vmess', settings: { clients: [{ id: ID }] }, ...inbound }] }
}

function stream(network: string, settings: object = {}): object {
  return v2ray({ streamSettings: { network, ...settings } })
}

function v5(transport: string, transportSettings: object = {}): object {
  const streamSettings = { transport, transportSettings }
  return { inbounds: [{ port: 443, protocol: 'vmess', settings: { users: [ID] }, streamSettings }] }
}

function singBox(fields: object): object {
  return { inbounds: [{ type: 'vmess', listen_port: 443, users: [{ uuid: ID }], ...fields }] }
}

function mihomo(fields: object): object {
  return { listeners: [{ name: 'in', type: 'vmess', port: 443, users: [{ uuid: ID }], ...fields }] }
}

const ws = (fields: object): object => ({ network: 'ws', path: '/', host: '', ...fields })
const EARLY = { bytes: 2048, header: 'Sec-WebSocket-Protocol' }
const GRPC = { network: 'grpc', serviceName: 'svc', mode: 'gun', authority: '' }

const TRANSPORTS: readonly [name: string, document: object, transport: object][] = [
  ['v2ray tcp', v2ray({}), { network: 'tcp', header: 'none' }],
  ['xray raw', stream('raw'), { network: 'tcp', header: 'none' }],
  [
    'v2ray tcp with a header',
    stream('tcp', {
      tcpSettings: {
        header: { type: 'http', request: { path: ['/a', '/b'], headers: { Host: ['x.example'] } } },
      },
    }),
    { network: 'tcp', header: 'http', hosts: ['x.example'], paths: ['/a', '/b'] },
  ],
  [
    'v2ray ws, whose headers no server compares',
    stream('ws', { wsSettings: { path: 'chat', headers: { Host: 'x.example' } } }),
    ws({ path: '/chat' }),
  ],
  ['xray ws', stream('ws', { wsSettings: { host: 'x.example', path: '/' } }), ws({ host: 'x.example' })],
  [
    'xray ws with early data',
    stream('ws', { wsSettings: { path: '/a?x=1&ed=2048' } }),
    ws({ path: '/a?x=1', earlyData: EARLY }),
  ],
  [
    'v2ray ws with early data in the path',
    stream('ws', { wsSettings: { maxEarlyData: 100 } }),
    ws({ earlyData: { bytes: 100, header: '' } }),
  ],
  [
    'h2',
    stream('h2', { httpSettings: { host: 'a.example,b.example', path: '/x' } }),
    { network: 'h2', hosts: ['a.example', 'b.example'], path: '/x' },
  ],
  ['h2 that names no host', stream('http'), { network: 'h2', hosts: ['www.example.com'], path: '/' }],
  ['grpc', stream('gun', { grpcSettings: { serviceName: 'svc' } }), GRPC],
  [
    'kcp',
    stream('mkcp', { kcpSettings: { header: { type: 'UTP' }, seed: 's', mtu: 1200, tti: 20 } }),
    { network: 'kcp', header: 'utp', seed: 's', mtu: 1200, tti: 20 },
  ],
  [
    'quic',
    stream('quic', { quicSettings: { security: 'aes-128-gcm', key: 'k', header: { type: 'srtp' } } }),
    { network: 'quic', header: 'srtp', security: 'aes-128-gcm', key: 'k' },
  ],
  [
    'httpupgrade',
    stream('httpupgrade', { httpupgradeSettings: { path: '/u', host: 'x.example' } }),
    { network: 'httpupgrade', path: '/u', host: 'x.example' },
  ],
  [
    'v2ray 5 ws',
    v5('ws', { path: '/a', max_early_data: 9 }),
    ws({ path: '/a', earlyData: { bytes: 9, header: '' } }),
  ],
  [
    'v2ray 5 httpupgrade',
    v5('httpupgrade', { path: '/u' }),
    { network: 'httpupgrade', path: '/u', host: '' },
  ],
  ['v2ray 5 h2', v5('h2', { host: ['x.example'] }), { network: 'h2', hosts: ['x.example'], path: '/' }],
  ['v2ray 5 grpc', v5('grpc', { serviceName: 'svc' }), GRPC],
  ['v2ray 5 kcp', v5('kcp', { seed: { seed: 's' } }), { network: 'kcp', header: 'none', seed: 's' }],
  ['sing-box tcp', singBox({}), { network: 'tcp', header: 'none' }],
  [
    'sing-box http without TLS',
    singBox({ transport: { type: 'http', host: ['x.example'], path: '/p' } }),
    { network: 'tcp', header: 'http', hosts: ['x.example'], paths: ['/p'] },
  ],
  [
    'sing-box http with TLS',
    singBox({ transport: { type: 'http' }, tls: { enabled: true } }),
    { network: 'h2', hosts: [], path: '/' },
  ],
  [
    'sing-box ws',
    singBox({ transport: { type: 'ws', max_early_data: 2048, early_data_header_name: EARLY.header } }),
    ws({ earlyData: EARLY }),
  ],
  ['sing-box grpc', singBox({ transport: { type: 'grpc', service_name: 'svc' } }), GRPC],
  ['mihomo tcp', mihomo({}), { network: 'tcp', header: 'none' }],
  ['mihomo ws', mihomo({ 'ws-path': '/a' }), ws({ path: '/a' })],
  ['mihomo grpc', mihomo({ 'grpc-service-name': 'svc' }), GRPC],
]

function only(document: object): ServerProfile {
  const { servers, broken } = readServers(document)
  expect(broken).toEqual([])
  expect(servers).toHaveLength(1)
  return servers[0]?.server as ServerProfile
}

describe('what a server speaks', () => {
  it.each(TRANSPORTS)('%s', (_, document, transport) => {
    expect(only(document).transport).toEqual(transport)
  })
})

describe('TLS of a server', () => {
  const settings = { serverName: 'a.example', alpn: ['h2'] }
  it.each<[string, object]>([
    [
      'v2ray',
      v2ray({
        streamSettings: {
          security: 'TLS',
          tlsSettings: { ...settings, certificates: [FILES, { ...FILES, usage: 'verify' }] },
        },
      }),
    ],
    [
      'v2ray 5',
      {
        inbounds: [
          {
            port: 443,
            protocol: 'vmess',
            settings: { users: [ID] },
            streamSettings: {
              security: 'tls',
              securitySettings: {
                serverName: 'a.example',
                nextProtocol: ['h2'],
                certificate: [FILES, { ...FILES, usage: 'AUTHORITY_VERIFY' }],
              },
            },
          },
        ],
      },
    ],
    [
      'sing-box',
      singBox({
        tls: {
          enabled: true,
          server_name: 'a.example',
          alpn: 'h2',
          certificate_path: '/c.pem',
          key_path: '/k.pem',
        },
      }),
    ],
  ])('%s', (_, document) => {
    expect(only(document).tls).toEqual(TLS)
  })

  it('of mihomo is a certificate and its key', () => {
    const { tls } = only(mihomo({ certificate: '/c.pem', 'private-key': '/k.pem' }))
    expect(tls).toEqual({ ...TLS, serverName: '', alpn: [] })
  })

  it('may be inline, in lines', () => {
    const lines = { certificate: ['-----BEGIN', 'x'], key: ['y'] }
    const { tls } = only(
      v2ray({ streamSettings: { security: 'tls', tlsSettings: { certificates: [lines] } } }),
    )
    expect(tls?.certificates).toEqual([{ certificate: { pem: '-----BEGIN\nx\n' }, key: { pem: 'y\n' } }])
  })

  it('is absent for none, and in sing-box unless enabled', () => {
    expect(only(v2ray({ streamSettings: { security: 'none' } })).tls).toBeUndefined()
    expect(only(singBox({ tls: { server_name: 'a.example' } })).tls).toBeUndefined()
  })
})

describe('users and listeners', () => {
  const USER = { name: 'a@b', uuid: UUID, alterId: 4, level: 0 }
  it.each<[string, object]>([
    ['v2ray', v2ray({ settings: { clients: [{ ID: ID.toUpperCase(), AlterId: 4, email: 'a@b' }] } })],
    ['xray', v2ray({ settings: { users: [{ id: ID.replaceAll('-', ''), alterId: 4, email: 'a@b' }] } })],
    ['sing-box', singBox({ users: [{ uuid: ID, alterId: 4, name: 'a@b' }] })],
    ['mihomo', mihomo({ users: [{ uuid: ID, alterId: 4, username: 'a@b' }] })],
  ])('%s', (_, document) => {
    expect(only(document)).toMatchObject({ users: [USER], ports: [443], listen: '0.0.0.0' })
  })

  it('a v2ray 5 file has bare ids', () => {
    expect(only(v5('tcp')).users).toEqual([{ name: '', uuid: UUID, alterId: 0, level: 0 }])
  })

  it('ports come in ranges and lists', () => {
    expect(only(v2ray({ port: '80,100-102, 80' })).ports).toEqual([80, 100, 101, 102])
  })

  it('a unix socket has none', () => {
    expect(only(v2ray({ listen: '/run/v.sock', port: 0 }))).toMatchObject({
      listen: '/run/v.sock',
      ports: [],
    })
  })

  it('old files have one inbound, whose port stands at the top, and detours', () => {
    const vmess = { protocol: 'vmess', settings: { clients: [{ id: ID }] } }
    const { servers } = readServers({ port: 1, inbound: vmess, inboundDetour: [{ ...vmess, port: 2 }] })
    expect(servers.map(({ pointer, server }) => [pointer, server.ports])).toEqual([
      ['/inbound', [1]],
      ['/inboundDetour/0', [2]],
    ])
  })

  it('says that bodies without encryption are refused', () => {
    expect(only(v2ray({ settings: { disableInsecureEncryption: true } })).secureOnly).toBe(true)
  })
})

describe('what is no server', () => {
  it.each<[string, object, string]>([
    ['v2ray4', v2ray({}), '/inbounds/0'],
    ['xray', stream('raw', { rawSettings: {} }), '/inbounds/0'],
    ['v2ray5', v5('tcp'), '/inbounds/0'],
    ['sing-box', singBox({}), '/inbounds/0'],
    ['mihomo', mihomo({}), '/listeners/0'],
  ])('recognises %s', (dialect, document, pointer) => {
    expect(readServers(document)).toMatchObject({ dialect, servers: [{ pointer }] })
  })

  it('finds none among other protocols, and in files without inbounds', () => {
    expect(readServers({ inbounds: [{ protocol: 'socks', port: 1 }] }).servers).toEqual([])
    expect(readServers({ outbounds: [] }).servers).toEqual([])
  })

  it('one that is broken does not hide the others', () => {
    const good = { port: 1, protocol: 'vmess', settings: { clients: [{ id: ID }] } }
    const bad = { ...good, settings: { clients: [{ id: 'x'.repeat(31) }] } }
    expect(readServers({ inbounds: [bad, good] })).toMatchObject({
      servers: [{ pointer: '/inbounds/1' }],
      broken: [
        {
          pointer: '/inbounds/0',
          why: '/inbounds/0/settings/clients/0/id: not a user id: 31 bytes that do not form a UUID',
        },
      ],
    })
  })

  it.each<[string, object, RegExp]>([
    ['a port that is a word', v2ray({ port: 'https' }), /port: "https" is not a port/],
    ['no port', v2ray({ port: undefined }), /port/],
    [
      'security auto',
      v2ray({ streamSettings: { security: 'auto' } }),
      /security: "auto" is neither none nor tls/,
    ],
    ['reality', v2ray({ streamSettings: { security: 'reality' } }), /"reality" is neither/],
    ['an unknown network', stream('smoke'), /"smoke" is not a network/],
    ['a domain socket', stream('ds'), /domain socket/],
    [
      'an unknown header',
      stream('tcp', { tcpSettings: { header: { type: 'srtp' } } }),
      /not a header of tcp/,
    ],
    [
      'alterId out of range',
      v2ray({ settings: { clients: [{ id: ID, alterId: 65536 }] } }),
      /alterId: "65536"/,
    ],
    ['clients that are no objects', v2ray({ settings: { clients: ['x'] } }), /clients\/0: it is no object/],
    [
      'a name in a v2ray 5 file',
      { inbounds: [{ port: 1, protocol: 'vmess', settings: { users: ['bob'] } }] },
      /users: number 0/,
    ],
    ['a sing-box transport', singBox({ transport: { type: 'kcp' } }), /"kcp" is not a transport of sing-box/],
    ['sing-box without a port', singBox({ listen_port: undefined }), /listen_port/],
  ])('%s is told', (_, document, why) => {
    const { servers, broken } = readServers(document)
    expect(servers).toEqual([])
    expect(broken[0]?.why).toMatch(why)
    expect(JSON.stringify(broken)).not.toContain(ID)
  })

  it('a document that is no object is refused', () => {
    expect(() => readServers([])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(() => readServers({ inbounds: 'x' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
