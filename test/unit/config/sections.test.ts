import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../src/config/policy.js'
import { accept, complaints, errors, inbound, withOutbound } from './reading.js'

describe('log (config §10)', () => {
  it.each([
    [undefined, { level: 'warning', access: { to: 'off' }, error: { to: 'stdout' } }],
    [{}, { level: 'warning', access: { to: 'stdout' }, error: { to: 'stdout' } }],
    [
      { access: '/var/log/a', error: 'none', loglevel: 'DEBUG' },
      { level: 'debug', access: { to: 'file', path: '/var/log/a' }, error: { to: 'off' } },
    ],
    [
      { access: '/var/log/a', loglevel: 'none' },
      { level: 'none', access: { to: 'off' }, error: { to: 'off' } },
    ],
  ])('reads %j', (log, expected) => {
    expect(accept(withOutbound({ log })).log).toEqual(expected)
  })

  it('takes warning for an unknown level, as V2Ray does, but says so', () => {
    expect(complaints(withOutbound({ log: { loglevel: 'warn' } }))).toEqual([
      'warning /log/loglevel: "warn" is not one of debug, info, warning, error, none; warning is used',
    ])
  })

  it('refuses the objects of V2Ray 5', () => {
    expect(errors(withOutbound({ log: { access: { type: 'None' } } }))).toEqual([
      '/log/access: must be a string, found an object',
    ])
  })
})

describe('policy (config §9.1)', () => {
  it('turns seconds into milliseconds and fills up with the defaults', () => {
    const levels = {
      0: { connIdle: 10, statsUserUplink: true },
      '01': { handshake: 4, bufferSize: 64 },
      2: null,
    }
    expect([...accept(withOutbound({ policy: { levels } })).levels]).toEqual([
      [0, { policy: { ...DEFAULT_POLICY, idleMs: 10_000 }, countUplink: true, countDownlink: false }],
      [2, { policy: DEFAULT_POLICY, countUplink: false, countDownlink: false }],
      [1, { policy: { ...DEFAULT_POLICY, handshakeMs: 4000 }, countUplink: false, countDownlink: false }],
    ])
  })

  it('cuts what no timer can wait for', () => {
    const levels = { 0: { connIdle: 4_294_967_295 } }
    expect(accept(withOutbound({ policy: { levels } })).levels.get(0)?.policy.idleMs).toBe(2_147_483_647)
  })

  it.each([
    [{ '-1': {} }, '/policy/levels/-1: a level is a whole number in quotes'],
    [{ a: {} }, '/policy/levels/a: a level is a whole number in quotes'],
    [{ 4294967296: {} }, '/policy/levels/4294967296: a level is a whole number in quotes'],
    [{ 1: {}, '01': {} }, '/policy/levels/01: level 1 stands here twice'],
    [
      { 0: { connIdle: '5s' } },
      '/policy/levels/0/connIdle: must be a whole number from 0 to 4294967295, found a string',
    ],
    [
      { 0: { connIdle: -1 } },
      '/policy/levels/0/connIdle: must be a whole number from 0 to 4294967295, found -1',
    ],
  ])('refuses the levels %j', (levels, message) => {
    expect(errors(withOutbound({ policy: { levels } }))).toEqual([message])
  })

  it('warns of zero seconds', () => {
    expect(complaints(withOutbound({ policy: { levels: { 0: { connIdle: 0 } } } }))).toEqual([
      'warning /policy/levels/0/connIdle: 0 seconds ends every connection at once',
    ])
  })
})

describe('stats (config §9.2)', () => {
  it('are on when the section is there, and count what the policy says', () => {
    const policy = { system: { statsInboundUplink: true, statsOutboundDownlink: true } }
    expect(accept(withOutbound({ stats: {}, policy })).stats).toEqual({
      enabled: true,
      inboundUplink: true,
      inboundDownlink: false,
      outboundUplink: false,
      outboundDownlink: true,
    })
    expect(accept(withOutbound({ policy })).stats.enabled).toBe(false)
  })
})

describe('streamSettings (config §7.1)', () => {
  const stream = (streamSettings: object): object => withOutbound({ inbounds: [inbound({ streamSettings })] })
  const NETWORKS = 'tcp, ws, httpupgrade, h2, grpc, kcp'

  it.each([
    {},
    { network: 'TCP' },
    { network: null },
    { method: 'raw' },
    { security: 'none' },
    { security: '' },
    { tcpSettings: { header: { type: 'none' } } },
  ])('runs %j', (settings) => {
    expect(complaints(stream(settings))).toEqual([])
  })

  it.each([
    [{ network: 'quic' }, `network: "quic" is not supported; supported: ${NETWORKS}`],
    [{ network: 'xhttp' }, `network: "xhttp" is not supported; supported: ${NETWORKS}`],
    [{ network: '' }, `network: "" is not supported; supported: ${NETWORKS}`],
    [{ method: 'smoke' }, `method: "smoke" is not supported; supported: ${NETWORKS}`],
    [{ security: 'tls' }, 'tlsSettings: tls on an inbound needs certificates'],
    [{ security: 'Reality' }, 'security: "Reality" is not supported; supported: none, tls'],
    [{ security: 'auto' }, 'security: "auto" is not a transport security; supported: none, tls'],
    [{ security: 'bogus' }, 'security: "bogus" is not a transport security; supported: none, tls'],
    [{ rawSettings: { header: { type: 'srtp' } } }, 'rawSettings/header/type: "srtp" is not a header of tcp'],
    [{ tcpSettings: { header: {} } }, 'tcpSettings/header/type: type is missing'],
    [{ sockopt: { tproxy: 'redirect' } }, 'sockopt/tproxy: transparent proxying is not supported yet'],
    [
      { sockopt: { dialerProxy: 'x' } },
      'sockopt/dialerProxy: dialling through another outbound is not supported yet',
    ],
  ])('refuses %j by name', (settings, message) => {
    expect(errors(stream(settings))).toEqual([`/inbounds/0/streamSettings/${message}`])
  })

  it('warns of settings that have no effect', () => {
    const settings = {
      tlsSettings: { serverName: 'a' },
      wsSettings: { path: '/' },
      path: '/',
      sockopt: { mark: 255 },
    }
    expect(complaints(stream(settings))).toEqual([
      'warning /inbounds/0/streamSettings/tlsSettings: has no effect without "security": "tls"',
      'warning /inbounds/0/streamSettings/wsSettings: has no effect on tcp',
      'warning /inbounds/0/streamSettings/path: unknown key, ignored',
      'warning /inbounds/0/streamSettings/sockopt/mark: packet marks are not set',
    ])
  })
})

describe('the whole file (config §2)', () => {
  it('is valid when empty, and says what that means', () => {
    expect(complaints({})).toEqual(['warning /outbounds: no outbound: every connection will be dropped'])
    expect(accept({})).toMatchObject({ inbounds: [], outbounds: [] })
  })

  it('joins the old spellings in their order, and gives the first inbound the top-level port', () => {
    const config = {
      port: 7000,
      inbound: { protocol: 'socks', tag: 'a' },
      inboundDetour: [inbound({ tag: 'b' })],
      inbounds: [inbound({ port: 2, tag: 'c' })],
      outbound: { protocol: 'freedom', tag: 'x' },
      outboundDetour: [{ protocol: 'blackhole', tag: 'y' }],
      outbounds: [{ protocol: 'freedom', tag: 'z' }],
    }
    const { inbounds, outbounds } = accept(config)
    expect(inbounds.map(({ tag }) => tag)).toEqual(['a', 'b', 'c'])
    expect(inbounds[0]?.listen).toEqual({ kind: 'tcp', host: '0.0.0.0', ports: [7000] })
    expect(outbounds.map(({ tag }) => tag)).toEqual(['x', 'y', 'z'])
  })

  it('takes the top-level port only as a number, and only for the first inbound', () => {
    expect(errors(withOutbound({ port: '1', inbounds: [inbound()] }))).toEqual([
      '/port: must be a whole number from 0 to 65535, found a string',
    ])
    expect(errors(withOutbound({ port: 1, inbounds: [inbound(), { protocol: 'http' }] }))).toEqual([
      '/inbounds/1/port: port is missing',
    ])
  })

  it('refuses a tag that is taken', () => {
    const config = {
      inbounds: [
        inbound({ tag: 'a' }),
        inbound({ port: 2, tag: 'a' }),
        inbound({ port: 3 }),
        inbound({ port: 4 }),
      ],
      outbound: { protocol: 'freedom', tag: 'a' },
      outbounds: [{ protocol: 'freedom', tag: 'a' }],
    }
    expect(errors(config)).toEqual([
      '/inbounds/1/tag: the tag "a" is taken by the inbound at /inbounds/0',
      '/outbounds/0/tag: the tag "a" is taken by the outbound at /outbound',
    ])
  })

  it('refuses an address and port, or a path, that is taken', () => {
    const inbounds = [
      inbound({ port: '1-3' }),
      inbound({ port: 3 }),
      inbound({ port: 3, listen: '127.0.0.1' }),
      inbound({ listen: '/a' }),
      inbound({ listen: '/a' }),
    ]
    expect(errors(withOutbound({ inbounds }))).toEqual([
      '/inbounds/1/port: 0.0.0.0:3 is taken by the inbound at /inbounds/0',
      '/inbounds/4/listen: /a is taken by the inbound at /inbounds/3',
    ])
  })

  it('takes routing without rules and refuses rules', () => {
    expect(complaints(withOutbound({ routing: { domainStrategy: 'AsIs', rules: [] } }))).toEqual([])
    const rules = [{ type: 'field', outboundTag: 'x', ip: ['geoip:private'] }]
    const message = 'routing rules are not supported yet; all traffic would take the first outbound'
    expect(errors(withOutbound({ routing: { rules } }))).toEqual([`/routing/rules: ${message}`])
    expect(errors(withOutbound({ routing: { settings: { rules } } }))).toEqual([
      `/routing/settings/rules: ${message}`,
    ])
  })

  it.each([
    [{ reverse: { bridges: [{ tag: 'a', domain: 'b' }] } }, '/reverse: reverse proxying is not supported'],
    [{ fakedns: [{ ipPool: 'x' }] }, '/fakedns: fake DNS is not supported'],
    [{ observatory: { subjectSelector: ['a'] } }, '/observatory: observatories are not supported'],
    [{ router: { rule: [{}] } }, '/router: this is the V2Ray 5 form (jsonv5), which is not supported yet'],
    [
      { transport: { tcpSettings: { header: { type: 'http' } } } },
      '/transport/tcpSettings/header: write this into each streamSettings instead',
    ],
  ])('refuses %j', (section, message) => {
    expect(errors(withOutbound(section))).toEqual([message])
  })

  it('warns of sections without effect', () => {
    expect(
      complaints(withOutbound({ api: { tag: 'api', services: [] }, dns: { servers: ['1.1.1.1'] } })),
    ).toEqual([
      'warning /api: the api is not supported yet; nothing answers on it',
      'warning /dns: has no effect; names are resolved by the system',
    ])
  })

  it('refuses dns where freedom would ask it', () => {
    const outbounds = [{ protocol: 'freedom', settings: { domainStrategy: 'UseIP' } }]
    const message = '/dns: dns is not supported yet, and a freedom outbound with UseIP depends on it'
    expect(errors({ outbounds, dns: { servers: ['1.1.1.1'] } })).toEqual([message])
    expect(errors({ outbounds, dns: { hosts: { a: '1.1.1.1' } } })).toEqual([message])
    expect(errors({ outbounds, dns: { servers: ['localhost'] } })).toEqual([])
  })
})
