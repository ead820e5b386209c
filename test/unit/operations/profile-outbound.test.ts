import { DEFAULT_HTTP_HEADER } from '../../../src/config/http-header.js'
import { describe, expect, it } from 'vitest'
import { formatUuid } from '../../../src/account/uuid.js'
import { parseConfig } from '../../../src/config/v2ray-json.js'
import type { Profile } from '../../../src/dialects/profile.js'
import { formatShareLink, parseShareLink } from '../../../src/dialects/share-link.js'
import { asFault } from '../../../src/faults/fault.js'
import {
  profileFromConfig,
  profileToConfig,
  type ShareChoice,
} from '../../../src/operations/profile-outbound.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const OTHER_ID = '23ad6b10-8d1a-40f7-8ad0-e3e35cd38297'
const LINK = `vmess://${ID}@vpn.example.com:10086?encryption=none&security=none&type=tcp`

const CONFIG = `{
  "inbounds": [
    { "port": 1080, "protocol": "socks" },
    { "tag": "a", "port": "2000-2002", "protocol": "vmess",
      "settings": { "clients": [{ "id": "${ID}", "alterId": 4, "email": "a@b" }, { "id": "${OTHER_ID}" }] } },
    { "tag": "b", "listen": "/run/v.sock", "protocol": "vmess", "settings": { "clients": [{ "id": "${ID}" }] } }
  ],
  "outbounds": [{ "protocol": "freedom" }]
}`

function faultOf(run: () => unknown): { code: string; why: string | undefined } {
  try {
    run()
  } catch (error) {
    const { code, why } = asFault(error)
    return { code, why }
  }
  throw new Error('nothing was thrown')
}

describe('profileToConfig', () => {
  it('gives the server, its user and the stream', () => {
    const { server, stream } = profileToConfig(parseShareLink(LINK))
    expect(server).toMatchObject({ address: 'vpn.example.com', port: 10_086 })
    expect(server.users).toMatchObject([{ alterId: 0, security: 'none', email: '', level: 0 }])
    expect(server.users.map(({ uuid }) => formatUuid(uuid))).toEqual([ID])
    expect(stream).toEqual({ network: 'tcp', security: 'none' })
  })

  it.each([
    [
      'type=quic&security=none',
      'network quic is not supported yet; supported: tcp, ws, httpupgrade, h2, grpc, kcp',
    ],
    [
      'type=xhttp&security=none',
      'network xhttp is not supported yet; supported: tcp, ws, httpupgrade, h2, grpc, kcp',
    ],
    ['security=reality&pbk=K', 'security reality is not supported; supported: none, tls'],
    ['security=tls&pcs=abc', 'the pinned certificate is not a SHA-256 sum in hex'],
    ['security=tls&sni=a.example&vcn=b.example', 'a certificate for another name than sni is not supported'],
  ])('refuses %s by name with CONFIG_UNSUPPORTED', (query, why) => {
    const profile = parseShareLink(`vmess://${ID}@vpn.example.com:443?${query}`)
    expect(faultOf(() => profileToConfig(profile))).toEqual({ code: 'CONFIG_UNSUPPORTED', why })
  })
})

describe('TLS, WebSocket and HTTPUpgrade', () => {
  const streamOf = (query: string) =>
    profileToConfig(parseShareLink(`vmess://${ID}@vpn.example.com:443?${query}`)).stream

  it.each([
    [
      'security=none&type=ws&path=%2Fp%3Fed%3D2048&host=c.example',
      {
        network: 'ws',
        path: '/p',
        host: 'c.example',
        headers: {},
        earlyData: { bytes: 2_048, header: 'Sec-WebSocket-Protocol' },
        security: 'none',
      },
    ],
    ['security=none&type=ws', { network: 'ws', path: '/', headers: {}, security: 'none' }],
    [
      'security=none&type=httpupgrade&path=%2Fu&host=c.example',
      { network: 'httpupgrade', path: '/u', host: 'c.example', headers: {}, security: 'none' },
    ],
    [
      `security=tls&sni=s.example&alpn=h2,http%2F1.1&pcs=${'AB'.repeat(32)}`,
      {
        network: 'tcp',
        security: 'tls',
        tls: {
          serverName: 's.example',
          alpn: ['h2', 'http/1.1'],
          allowInsecure: false,
          disableSystemRoot: false,
          certificates: [],
          pinnedCertificates: ['ab'.repeat(32)],
        },
      },
    ],
  ])('%s', (query, expected) => {
    expect(streamOf(query)).toEqual(expected)
  })

  it.each([
    [
      { network: 'ws', wsSettings: { path: 'p?ed=1024', host: 'c.example' } },
      {
        network: 'ws',
        path: '/p',
        host: 'c.example',
        earlyData: { bytes: 1_024, header: 'Sec-WebSocket-Protocol' },
      },
    ],
    [
      { network: 'ws', wsSettings: { path: '/p', maxEarlyData: 100 } },
      { network: 'ws', path: '/p', host: '' },
    ],
    [
      { network: 'httpupgrade', httpupgradeSettings: { path: '/u' } },
      { network: 'httpupgrade', path: '/u', host: '' },
    ],
  ])('are named in links: %j', (streamSettings, transport) => {
    const inbound = { port: 1, protocol: 'vmess', settings: { clients: [{ id: ID }] }, streamSettings }
    const { config } = parseConfig(JSON.stringify({ inbounds: [inbound] }), { file: 'c.json' })
    expect(profileFromConfig(config, { address: 'vpn.example.com' })).toMatchObject({ transport })
  })

  it.each([
    [{}, 'vpn.example.com'],
    [{ serverName: 's.example', alpn: ['h2'] }, 's.example'],
  ])('a link for a server with TLS names it: %j', (settings, serverName) => {
    const certificates = [{ certificateFile: 'c.pem', keyFile: 'k.pem' }]
    const streamSettings = { security: 'tls', tlsSettings: { ...settings, certificates } }
    const inbound = { port: 1, protocol: 'vmess', settings: { clients: [{ id: ID }] }, streamSettings }
    const { config } = parseConfig(JSON.stringify({ inbounds: [inbound] }), { file: 'c.json' })
    expect(profileFromConfig(config, { address: 'vpn.example.com' }).tls).toMatchObject({
      serverName,
      insecure: false,
    })
  })
})

describe('HTTP/2 and gRPC', () => {
  const streamOf = (query: string) =>
    profileToConfig(parseShareLink(`vmess://${ID}@vpn.example.com:443?security=none&${query}`)).stream

  it.each([
    ['type=h2&host=a.example.com,b.example.com&path=%2Fp', ['a.example.com', 'b.example.com'], '/p'],
    ['type=http', ['www.example.com'], '/'],
  ])('%s', (query, hosts, path) => {
    expect(streamOf(query)).toEqual({
      network: 'h2',
      hosts,
      path,
      method: 'PUT',
      headers: {},
      security: 'none',
    })
  })

  it.each([
    ['type=grpc&serviceName=Gun', { serviceName: 'Gun', multi: false }],
    ['type=grpc&serviceName=Gun&mode=guna', { serviceName: 'Gun', multi: false }],
    [
      'type=grpc&serviceName=%2Fa%2FB&mode=multi&authority=c.example.com',
      { serviceName: '/a/B', multi: true, authority: 'c.example.com' },
    ],
  ])('%s', (query, expected) => {
    expect(streamOf(query)).toEqual({ network: 'grpc', security: 'none', ...expected })
  })

  it.each([
    [
      { network: 'h2', httpSettings: { host: ['a.example.com'], path: '/p' } },
      { network: 'h2', hosts: ['a.example.com'], path: '/p' },
    ],
    [
      { network: 'grpc', grpcSettings: { serviceName: '/a/One|Many', multiMode: true, authority: 'c' } },
      { network: 'grpc', serviceName: '/a/Many', mode: 'multi', authority: 'c' },
    ],
    [
      { network: 'gun', gunSettings: { serviceName: '/a/One|Many' } },
      { network: 'grpc', serviceName: '/a/One', mode: 'gun', authority: '' },
    ],
  ])('are named in links: %j', (streamSettings, transport) => {
    const inbound = { port: 1, protocol: 'vmess', settings: { clients: [{ id: ID }] }, streamSettings }
    const { config } = parseConfig(JSON.stringify({ inbounds: [inbound] }), { file: 'c.json' })
    expect(profileFromConfig(config, { address: 'vpn.example.com' }).transport).toEqual(transport)
  })
})

describe('a disguise of tcp as HTTP', () => {
  const streamOf = (query: string) =>
    profileToConfig(parseShareLink(`vmess://${ID}@a.example:80?type=tcp&headerType=http${query}`)).stream

  it('is what V2Ray sends, with the paths and hosts of the link', () => {
    expect(streamOf('')).toEqual({ network: 'tcp', security: 'none', header: DEFAULT_HTTP_HEADER })
    expect(streamOf('&path=/a,/b&host=c.example')).toMatchObject({
      header: {
        request: {
          method: 'GET',
          paths: ['/a', '/b'],
          headers: { Host: ['c.example'], Pragma: ['no-cache'] },
        },
        response: DEFAULT_HTTP_HEADER.response,
      },
    })
  })

  it('stands in the link of a server that expects it', () => {
    const header = { type: 'http', request: { path: ['/x'] } }
    const inbounds = [
      {
        port: 1,
        protocol: 'vmess',
        settings: { clients: [{ id: ID }] },
        streamSettings: { tcpSettings: { header } },
      },
    ]
    const { config } = parseConfig(JSON.stringify({ inbounds }), { file: 'test.json' })
    expect(profileFromConfig(config, { address: 'a.example' }).transport).toEqual({
      network: 'tcp',
      header: 'http',
      hosts: [],
      paths: ['/x'],
    })
  })
})

describe('profileFromConfig', () => {
  const { config } = parseConfig(CONFIG, { file: 'test.json' })
  const share = (choice: Partial<ShareChoice> = {}): Profile =>
    profileFromConfig(config, { address: 'vpn.example.com', ...choice })

  it('takes the first user of the first vmess inbound, and its first port', () => {
    expect(share()).toMatchObject({ name: 'a@b', server: 'vpn.example.com', port: 2000, alterId: 4 })
    expect(formatUuid(share().uuid)).toBe(ID)
  })

  it('takes the user, the name and the port it is told', () => {
    const profile = share({ user: 1, port: 443, name: 'Demo' })
    expect(profile).toMatchObject({ name: 'Demo', port: 443, alterId: 0 })
    expect(formatUuid(profile.uuid)).toBe(OTHER_ID)
    expect(share({ user: 1 }).name).toBe('vpn.example.com')
  })

  it('makes a link that leads back to the same server', () => {
    const { server } = profileToConfig(parseShareLink(formatShareLink(share(), 'v2rayn')))
    expect(server).toMatchObject({ address: 'vpn.example.com', port: 2000, users: [{ alterId: 4 }] })
  })

  it.each([
    [{ user: 2 }, 'user 2 of 2 (counted from 0)'],
    [{ inboundTag: 'x' }, 'no vmess inbound with the tag x'],
    [{ inboundTag: 'b' }, 'the inbound listens on no port'],
  ])('refuses %j with CONFIG_NO_SHARE_LINK', (choice, why) => {
    expect(faultOf(() => share(choice))).toEqual({ code: 'CONFIG_NO_SHARE_LINK', why })
  })

  it('refuses a configuration without vmess', () => {
    const empty = { ...config, inbounds: [] }
    expect(faultOf(() => profileFromConfig(empty, { address: 'a' }))).toMatchObject({
      code: 'CONFIG_NO_SHARE_LINK',
    })
  })

  it('shares a unix socket behind a port in front of it', () => {
    expect(share({ inboundTag: 'b', port: 443 }).port).toBe(443)
  })
})
