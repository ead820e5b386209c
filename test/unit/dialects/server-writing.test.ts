/** Server files: read back as they were meant, with no key that the program would refuse or ignore. */
import { describe, expect, it } from 'vitest'
import type { ProfileTransport } from '../../../src/dialects/profile.js'
import {
  SERVER_DIALECTS,
  type ServerDialect,
  type ServerProfile,
} from '../../../src/dialects/server-profile.js'
import { readServers } from '../../../src/dialects/server-reader.js'
import { writeServer } from '../../../src/dialects/server-writer.js'
import { faultOf } from '../../support/fault-of.js'

const TLS = {
  serverName: '',
  alpn: ['h2', 'http/1.1'],
  certificates: [{ certificate: { file: '/c.pem' }, key: { file: '/k.pem' } }],
}
const INLINE = {
  ...TLS,
  alpn: [],
  certificates: [
    {
      certificate: { pem: '-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n' },
      key: { pem: '-----BEGIN PRIVATE KEY-----\nBB\n-----END PRIVATE KEY-----\n' },
    },
  ],
}

function serverWith(fields: Partial<ServerProfile>): ServerProfile {
  return {
    tag: 'vmess',
    listen: '0.0.0.0',
    ports: [443],
    users: [
      { name: 'alice', uuid: new Uint8Array(16).fill(1), alterId: 0, level: 0 },
      { name: 'bob', uuid: new Uint8Array(16).fill(2), alterId: 0, level: 0 },
    ],
    transport: { network: 'tcp', header: 'none' },
    secureOnly: false,
    ...fields,
  }
}

const EARLY = { bytes: 2048, header: 'Sec-WebSocket-Protocol' }
const WS = { network: 'ws', path: '/a', host: '' } as const
const TRANSPORTS: Readonly<Record<string, ProfileTransport>> = {
  tcp: { network: 'tcp', header: 'none' },
  'tcp with a header': { network: 'tcp', header: 'http', hosts: [], paths: ['/a'] },
  ws: WS,
  'ws with early data': { ...WS, earlyData: EARLY },
  httpupgrade: { network: 'httpupgrade', path: '/u', host: 'a.example' },
  xhttp: { network: 'xhttp', path: '/x', host: 'a.example', mode: 'auto', settings: '' },
  h2: { network: 'h2', hosts: ['a.example', 'b.example'], path: '/h' },
  grpc: { network: 'grpc', serviceName: 'svc', mode: 'gun', authority: '' },
  'grpc multi': { network: 'grpc', serviceName: 'svc', mode: 'multi', authority: '' },
  kcp: { network: 'kcp', header: 'none', seed: 'seed', mtu: 1200, tti: 20 },
  'kcp with a header': { network: 'kcp', header: 'utp', seed: '' },
  quic: { network: 'quic', header: 'none', security: 'none', key: '' },
}

/** What the dialect has words for. */
const SPOKEN: Readonly<Record<ServerDialect, readonly string[]>> = {
  v2ray4: ['tcp', 'tcp with a header', 'ws', 'ws with early data', 'h2', 'kcp', 'kcp with a header', 'quic'],
  v2ray5: ['tcp', 'ws', 'ws with early data', 'httpupgrade', 'h2', 'grpc'],
  xray: [
    'tcp',
    'tcp with a header',
    'ws',
    'ws with early data',
    'httpupgrade',
    'xhttp',
    'grpc',
    'grpc multi',
  ],
  'sing-box': ['tcp', 'ws', 'ws with early data', 'httpupgrade', 'h2', 'grpc'],
  mihomo: ['tcp', 'ws', 'ws with early data', 'grpc'],
}

/** Its own words for a server, without what it has no place for. */
function carried(server: ServerProfile, dialect: ServerDialect): object {
  const { transport } = server
  const withoutNames = server.users.map((user) => ({ ...user, name: '' }))
  const { earlyData: _, ...late } = transport as { earlyData?: object }
  if (dialect === 'v2ray5') return { ...server, users: withoutNames }
  return dialect === 'mihomo' ? { ...server, transport: late } : server
}

const CASES = SERVER_DIALECTS.flatMap((dialect) =>
  Object.entries(TRANSPORTS).map(([name, transport]) => ({ dialect, name, transport })),
)

describe('a server', () => {
  it.each(CASES.filter(({ dialect, name }) => SPOKEN[dialect].includes(name)))(
    'of $dialect over $name reads as it was meant',
    ({ dialect, transport }) => {
      const needsTls = dialect === 'sing-box' && transport.network === 'h2'
      for (const tls of needsTls ? [INLINE] : [undefined, INLINE]) {
        const server = serverWith({ transport, ...(tls && { tls }) })
        const reading = readServers(writeServer(server, dialect))
        expect(reading.broken).toEqual([])
        expect(reading.servers.map((found) => found.server)).toEqual([carried(server, dialect)])
      }
    },
  )

  it.each(CASES.filter(({ dialect, name }) => !SPOKEN[dialect].includes(name)))(
    'of $dialect over $name is refused',
    ({ dialect, transport }) => {
      const fault = faultOf(() => writeServer(serverWith({ transport, tls: INLINE }), dialect))
      expect(fault).toMatchObject({ code: 'PAIR_FORMAT' })
      expect(fault.why).toMatch(new RegExp(`^${dialect}: `))
    },
  )

  it.each(SERVER_DIALECTS)('of %s names the files of its certificate', (dialect) => {
    const tls = dialect === 'mihomo' ? { ...TLS, alpn: [] } : TLS
    const [found] = readServers(writeServer(serverWith({ tls }), dialect)).servers
    expect(found?.server.tls).toEqual(tls)
  })

  it.each(SERVER_DIALECTS)('of %s has an alterId where there are any', (dialect) => {
    const server = serverWith({})
    const users = server.users.map((user) => ({ ...user, alterId: 4 }))
    const write = () => writeServer({ ...server, users }, dialect)
    if (dialect === 'v2ray5' || dialect === 'xray') {
      expect(faultOf(write)).toMatchObject({ code: 'PAIR_FORMAT' })
      return
    }
    expect(readServers(write()).servers[0]?.server.users).toEqual(users)
  })

  it('of sing-box needs TLS for h2', () => {
    const server = serverWith({ transport: TRANSPORTS.h2 as ProfileTransport })
    expect(faultOf(() => writeServer(server, 'sing-box')).why).toContain('h2 needs TLS')
  })

  it('has its ports as a number, a range or a list', () => {
    const portOf = (ports: readonly number[]) =>
      (writeServer(serverWith({ ports }), 'v2ray4') as { inbounds: [{ port: unknown }] }).inbounds[0].port
    expect([portOf([80]), portOf([80, 81, 82]), portOf([80, 443])]).toEqual([80, '80-82', '80,443'])
  })

  it('says that bodies in the clear are refused where that can be said', () => {
    const settingsOf = (dialect: ServerDialect) =>
      JSON.stringify(writeServer(serverWith({ secureOnly: true }), dialect))
    expect(settingsOf('v2ray4')).toContain('"disableInsecureEncryption":true')
    for (const dialect of ['v2ray5', 'xray', 'sing-box', 'mihomo'] as const) {
      expect(settingsOf(dialect)).not.toContain('disableInsecureEncryption')
    }
  })
})

/** Keys by pointer, list indices left out: what the programs that refuse unknown keys know (share-formats §7 to §9). */
const KNOWN: Readonly<Record<'v2ray5' | 'sing-box' | 'mihomo', readonly string[]>> = {
  v2ray5: [
    'log.access.type',
    'log.error.type',
    'log.error.level',
    'inbounds.tag',
    'inbounds.listen',
    'inbounds.port',
    'inbounds.protocol',
    'inbounds.settings.users',
    'inbounds.streamSettings.transport',
    ...[
      'path',
      'host',
      'maxEarlyData',
      'earlyDataHeaderName',
      'serviceName',
      'mtu.value',
      'tti.value',
      'seed.seed',
    ].map((key) => `inbounds.streamSettings.transportSettings.${key}`),
    'inbounds.streamSettings.security',
    'inbounds.streamSettings.securitySettings.nextProtocol',
    ...['usage', 'certificateFile', 'keyFile', 'Certificate', 'Key'].map(
      (key) => `inbounds.streamSettings.securitySettings.certificate.${key}`,
    ),
    'outbounds.protocol',
    'outbounds.tag',
  ],
  'sing-box': [
    'log.level',
    ...['type', 'tag', 'listen', 'listen_port', 'users.name', 'users.uuid', 'users.alterId'].map(
      (key) => `inbounds.${key}`,
    ),
    ...['enabled', 'alpn', 'certificate', 'certificate_path', 'key', 'key_path'].map(
      (key) => `inbounds.tls.${key}`,
    ),
    ...['type', 'path', 'host', 'service_name', 'max_early_data', 'early_data_header_name'].map(
      (key) => `inbounds.transport.${key}`,
    ),
    'outbounds.type',
    'outbounds.tag',
  ],
  mihomo: [
    'mode',
    'log-level',
    'ipv6',
    ...['name', 'type', 'listen', 'port', 'users.username', 'users.uuid', 'users.alterId'].map(
      (key) => `listeners.${key}`,
    ),
    ...['ws-path', 'grpc-service-name', 'certificate', 'private-key'].map((key) => `listeners.${key}`),
  ],
}

function keysOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysOf(item, at))
  if (typeof value !== 'object' || value === null) return [at]
  return Object.entries(value).flatMap(([key, member]) => keysOf(member, at === '' ? key : `${at}.${key}`))
}

describe.each(Object.keys(KNOWN) as (keyof typeof KNOWN)[])('every key of %s', (dialect) => {
  it.each(SPOKEN[dialect])('over %s is one that it knows', (name) => {
    for (const tls of [INLINE, TLS]) {
      const document = writeServer(
        serverWith({ transport: TRANSPORTS[name] as ProfileTransport, tls }),
        dialect,
      )
      for (const key of keysOf(document)) expect(KNOWN[dialect]).toContain(key)
    }
  })
})
