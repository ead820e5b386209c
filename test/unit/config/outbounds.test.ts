import { describe, expect, it } from 'vitest'
import { parseUserId } from '../../../src/account/uuid.js'
import { accept, complaints, errors, ID, OTHER_ID } from './reading.js'

const settingsOf = (outbound: object): unknown => accept({ outbounds: [outbound] }).outbounds[0]?.settings
const vmess = (settings: object, fields: object = {}): object => ({
  outbounds: [{ protocol: 'vmess', settings, ...fields }],
})
const server = (user: object): object => ({ address: 'a.example', port: 10_086, users: [user] })

describe('vmess', () => {
  const user = {
    uuid: parseUserId(ID).uuid,
    alterId: 0,
    level: 0,
    email: '',
    security: 'auto',
    authenticatedLength: false,
    noTerminationSignal: false,
  }

  it('reads several servers with several users', () => {
    const vnext = [
      { ...server({ id: ID }), users: [{ id: ID }, { id: OTHER_ID, alterId: 64, security: 'AES-128-GCM' }] },
      { address: '::1', port: 2, users: [{ id: ID }] },
    ]
    expect(settingsOf({ protocol: 'vmess', settings: { vnext } })).toEqual({
      servers: [
        {
          address: 'a.example',
          port: 10_086,
          users: [user, { ...user, uuid: parseUserId(OTHER_ID).uuid, alterId: 64, security: 'aes-128-gcm' }],
        },
        { address: '::1', port: 2, users: [user] },
      ],
    })
  })

  it('reads the one server that Xray writes flat', () => {
    const flat = {
      address: 'a.example',
      port: 1,
      id: ID,
      security: 'none',
      experiments: 'AuthenticatedLength',
    }
    expect(settingsOf({ protocol: 'vmess', settings: flat })).toEqual({
      servers: [
        { address: 'a.example', port: 1, users: [{ ...user, security: 'none', authenticatedLength: true }] },
      ],
    })
    expect(complaints(vmess({ ...flat, vnext: [server({ id: ID })] }))).toEqual([
      'warning /outbounds/0/settings/vnext: has no effect beside address',
    ])
  })

  it.each(['auto', 'aes-128-gcm', 'chacha20-poly1305', 'none', 'zero', 'aes-128-cfb'])(
    'speaks the cipher %s',
    (security) => {
      expect(complaints(vmess({ vnext: [server({ id: ID, security })] }))).toEqual([])
    },
  )

  it('takes auto for a cipher it does not know, as V2Ray does, but says so', () => {
    expect(
      settingsOf({ protocol: 'vmess', settings: { vnext: [server({ id: ID, security: 'bogus' })] } }),
    ).toMatchObject({
      servers: [{ users: [{ security: 'auto' }] }],
    })
    expect(complaints(vmess({ vnext: [server({ id: ID, security: 'bogus' })] }))).toEqual([
      'warning /outbounds/0/settings/vnext/0/users/0/security: "bogus" is not one of auto, aes-128-gcm, chacha20-poly1305, none, zero, aes-128-cfb; auto is used',
    ])
  })

  it('finds the names of experiments in any text', () => {
    const users = [{ id: ID, experiments: 'AuthenticatedLength|NoTerminationSignal' }]
    expect(settingsOf({ protocol: 'vmess', settings: { vnext: [{ ...server({}), users }] } })).toMatchObject({
      servers: [{ users: [{ authenticatedLength: true, noTerminationSignal: true }] }],
    })
  })

  it.each([
    [{}, ['vnext: vnext is missing']],
    [{ vnext: [] }, ['vnext: the list of servers is empty']],
    [{ vnext: {} }, ['vnext: must be an array, found an object']],
    [
      { vnext: [{}] },
      [
        'vnext/0/address: address is missing',
        'vnext/0/port: port is missing',
        'vnext/0/users: users is missing',
      ],
    ],
    [{ vnext: [{ ...server({}), users: [] }] }, ['vnext/0/users: the list of users is empty']],
    [
      { vnext: [{ ...server({ id: ID }), port: '443' }] },
      ['vnext/0/port: must be a whole number from 1 to 65535, found a string'],
    ],
    [
      { vnext: [server({ id: ID, security: 3 })] },
      ['vnext/0/users/0/security: must be a string, found a number'],
    ],
    [{ uuid: ID, address: 'a', port: 1 }, ['uuid: the V2Ray 5 form (jsonv5) is not supported yet']],
  ])('refuses the settings %j', (settings, messages) => {
    expect(errors(vmess(settings))).toEqual(messages.map((message) => `/outbounds/0/settings/${message}`))
  })

  it('names the settings when there are none', () => {
    expect(errors({ outbounds: [{ protocol: 'vmess' }] })).toEqual([
      '/outbounds/0/settings/vnext: vnext is missing',
    ])
  })
})

describe('every outbound', () => {
  it('refuses to go round an outbound that traffic should pass through', () => {
    expect(errors({ outbounds: [{ protocol: 'freedom', proxySettings: { tag: 'x' } }] })).toEqual([
      '/outbounds/0/proxySettings: dialling through another outbound is not supported yet',
    ])
  })

  it('sends from an IP address only', () => {
    expect(
      accept({ outbounds: [{ protocol: 'freedom', sendThrough: '10.0.0.1' }] }).outbounds[0]?.sendThrough,
    ).toBe('10.0.0.1')
    expect(errors({ outbounds: [{ protocol: 'freedom', sendThrough: 'origin' }] })).toEqual([
      '/outbounds/0/sendThrough: "origin" is not an IP address',
    ])
  })

  it('names protocols that are not built in', () => {
    expect(errors({ outbounds: [{ protocol: 'dns' }, { protocol: 'shadowsocks' }] })).toEqual([
      '/outbounds/0/protocol: "dns" is not a supported outbound; supported: vmess, freedom, blackhole',
      '/outbounds/1/protocol: "shadowsocks" is not a supported outbound; supported: vmess, freedom, blackhole',
    ])
  })
})

describe('freedom', () => {
  it.each([
    [{}, { domainStrategy: 'AsIs', userLevel: 0 }],
    [{ domainStrategy: 'use_ip4' }, { domainStrategy: 'UseIPv4', userLevel: 0 }],
    [{ targetStrategy: 'UseIPv6' }, { domainStrategy: 'UseIPv6', userLevel: 0 }],
    [{ redirect: ':80' }, { domainStrategy: 'AsIs', userLevel: 0, redirect: { host: '', port: 80 } }],
    [{ proxyProtocol: 0 }, { domainStrategy: 'AsIs', userLevel: 0 }],
    [{ proxyProtocol: 2 }, { domainStrategy: 'AsIs', userLevel: 0, proxyProtocol: 2 }],
    [{ redirect: '[::1]:0' }, { domainStrategy: 'AsIs', userLevel: 0, redirect: { host: '::1', port: 0 } }],
    [
      { redirect: 'a.example:443' },
      { domainStrategy: 'AsIs', userLevel: 0, redirect: { host: 'a.example', port: 443 } },
    ],
  ])('reads %j', (settings, expected) => {
    expect(settingsOf({ protocol: 'direct', settings })).toEqual(expected)
  })

  it.each([
    [{ redirect: 'a.example' }, 'redirect: "a.example" is not host:port'],
    [{ redirect: 'a:99999' }, 'redirect: "a:99999" is not host:port'],
    [
      { domainStrategy: 'ForceIPv4' },
      'domainStrategy: "ForceIPv4" is not supported; supported: AsIs, UseIP, UseIPv4, UseIPv6',
    ],
    [{ finalRules: [{ action: 'block' }] }, 'finalRules: rules of an outbound are not supported yet'],
    [{ fragment: { packets: 'tlshello' } }, 'fragment: splitting of TLS hellos is not supported'],
    [{ proxyProtocol: 3 }, 'proxyProtocol: must be a whole number from 0 to 2, found 3'],
  ])('refuses %j', (settings, message) => {
    expect(errors({ outbounds: [{ protocol: 'freedom', settings }] })).toEqual([
      `/outbounds/0/settings/${message}`,
    ])
  })

  it('takes AsIs for an unknown strategy, as V2Ray does, but says so', () => {
    expect(
      complaints({ outbounds: [{ protocol: 'freedom', settings: { domainStrategy: 'fast' } }] }),
    ).toEqual([
      'warning /outbounds/0/settings/domainStrategy: "fast" is not one of AsIs, UseIP, UseIPv4, UseIPv6; AsIs is used',
    ])
  })
})

describe('blackhole', () => {
  it.each([
    [{}, 'none'],
    [{ response: null }, 'none'],
    [{ response: { type: 'None' } }, 'none'],
    [{ response: { type: 'HTTP' } }, 'http'],
  ])('reads %j', (settings, response) => {
    expect(settingsOf({ protocol: 'block', settings })).toEqual({ response })
  })

  it.each([
    [{ response: {} }, 'response/type: type is missing'],
    [{ response: 'http' }, 'response: must be an object, found a string'],
    [{ response: { type: 'x' } }, 'response/type: "x" is not one of none, http'],
  ])('refuses %j', (settings, message) => {
    expect(errors({ outbounds: [{ protocol: 'blackhole', settings }] })).toEqual([
      `/outbounds/0/settings/${message}`,
    ])
  })
})
