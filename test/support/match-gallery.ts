/** Pairs that work, and what breaks one of them: each a single change, with what `match` has to say of it. */
import type { FormatId } from '../../src/dialects/dialect-ids.js'
import { readProfiles } from '../../src/dialects/read-profiles.js'
import type { FoundServer, ServerDialect } from '../../src/dialects/server-profile.js'
import { readServers } from '../../src/dialects/server-reader.js'
import { writeServer } from '../../src/dialects/server-writer.js'
import { writeProfiles } from '../../src/dialects/write-profiles.js'
import { formatYaml } from '../../src/dialects/yaml-text.js'
import type { PairChoices } from '../../src/operations/pair-choices.js'
import { makePair } from '../../src/operations/pair.js'

/** biome-ignore lint/suspicious/noExplicitAny: files of others have no type here. */
export type Json = any

export interface GalleryPair {
  readonly server: Json
  readonly client: Json
}

export const BASES = {
  tcp: { transport: 'tcp', tls: 'none' },
  'tcp, TLS': { transport: 'tcp' },
  'tcp, http header': { transport: 'tcp', header: 'http', path: '/news', tls: 'none' },
  ws: { transport: 'ws', path: '/ray', host: 'cdn.example.com', tls: 'none' },
  'ws, TLS': { transport: 'ws', path: '/ray' },
  httpupgrade: { transport: 'httpupgrade', path: '/up', tls: 'none' },
  'h2, TLS': { transport: 'h2', path: '/h2', host: 'vpn.example.com' },
  grpc: { transport: 'grpc', serviceName: 'tunnel', tls: 'none' },
  'grpc, TLS': { transport: 'grpc', serviceName: 'tunnel' },
  kcp: { transport: 'kcp', header: 'utp', seed: 'correct-horse' },
} as const satisfies Record<string, PairChoices>

export type Base = keyof typeof BASES

/** A working pair in V2Ray's JSON; of several users the first one's client. */
export async function workingPair(base: Base, more: PairChoices = {}): Promise<GalleryPair> {
  const choices = { address: 'vpn.example.com', names: ['alice'], ...BASES[base], ...more }
  const { texts } = await makePair(choices)
  const parse = (part: string): Json => JSON.parse(texts.find((one) => one.part === part)?.text ?? '')
  return { server: parse('server'), client: parse('client') }
}

export interface Programs {
  readonly server: ServerDialect
  readonly client: FormatId
}

/** The same pair in the files of two other programs. */
export async function translatedPair(
  pair: GalleryPair,
  { server, client }: Programs,
): Promise<{ server: string; client: string }> {
  const [found] = readServers(pair.server).servers
  const { nodes } = await readProfiles(JSON.stringify(pair.client))
  const profiles = nodes.flatMap((node) => (node.ok ? [node.profile] : []))
  const document = writeServer((found as FoundServer).server, server)
  const written = await writeProfiles(client, profiles, { lossy: true })
  return {
    server: server === 'mihomo' ? formatYaml(document) : JSON.stringify(document),
    client: written.text,
  }
}

export interface Breakage {
  readonly what: string
  readonly bases: readonly Base[]
  readonly breakIt: (pair: GalleryPair) => void
  readonly id: string
  readonly side: 'client' | 'server'
}

const ALL = Object.keys(BASES) as Base[]
const TLS = ALL.filter((base) => base.endsWith('TLS'))
const PLAIN: readonly Base[] = ['tcp', 'ws', 'httpupgrade', 'grpc', 'kcp']
const inbound = ({ server }: GalleryPair): Json => server.inbounds[0]
const outbound = ({ client }: GalleryPair): Json => client.outbounds[0]
const next = (pair: GalleryPair): Json => outbound(pair).settings.vnext[0]
const settingsOf = (stream: Json): Json => {
  const key = Object.keys(stream).find((name) => /^(ws|httpupgrade|http)Settings$/.test(name)) ?? 'wsSettings'
  stream[key] ??= {}
  return stream[key]
}

/** The id with its last digit changed. */
function mistype(id: string): string {
  return `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`
}

export const BREAKAGES: readonly Breakage[] = [
  {
    what: 'another port at the client',
    bases: ALL,
    breakIt: (pair) => {
      next(pair).port += 1
    },
    id: 'match.port',
    side: 'client',
  },
  {
    what: 'a mistyped id',
    bases: ALL,
    breakIt: (pair) => {
      next(pair).users[0].id = mistype(next(pair).users[0].id)
    },
    id: 'match.id',
    side: 'client',
  },
  {
    what: 'a legacy client',
    bases: ['tcp', 'ws, TLS', 'grpc', 'kcp', 'h2, TLS'],
    breakIt: (pair) => {
      next(pair).users[0].alterId = 64
    },
    id: 'match.alter-id',
    side: 'client',
  },
  {
    what: 'no encryption where it is asked for',
    bases: PLAIN,
    breakIt: (pair) => {
      inbound(pair).settings.disableInsecureEncryption = true
      next(pair).users[0].security = 'none'
    },
    id: 'match.security',
    side: 'client',
  },
  {
    what: 'TLS at the server alone',
    bases: ['tcp, TLS', 'ws, TLS', 'grpc, TLS', 'h2, TLS'],
    breakIt: (pair) => {
      outbound(pair).streamSettings.security = 'none'
    },
    id: 'match.tls',
    side: 'client',
  },
  {
    what: 'TLS at the client alone',
    bases: ['tcp', 'ws', 'httpupgrade', 'grpc'],
    breakIt: (pair) => {
      outbound(pair).streamSettings ??= {}
      const stream = outbound(pair).streamSettings
      Object.assign(stream, { security: 'tls', tlsSettings: { serverName: 'vpn.example.com' } })
    },
    id: 'match.tls',
    side: 'client',
  },
  {
    what: 'another name than the certificate has',
    bases: TLS,
    breakIt: (pair) => {
      outbound(pair).streamSettings.tlsSettings.serverName = 'other.example.com'
    },
    id: 'match.server-name',
    side: 'client',
  },
  {
    what: 'a self-signed certificate that nobody trusts',
    bases: TLS,
    breakIt: (pair) => {
      const { tlsSettings } = outbound(pair).streamSettings
      delete tlsSettings.certificates
      delete tlsSettings.disableSystemRoot
    },
    id: 'match.trust',
    side: 'client',
  },
  {
    what: 'another pin',
    bases: ['tcp, TLS', 'ws, TLS'],
    breakIt: (pair) => {
      const pin = Buffer.alloc(32, 7).toString('base64')
      outbound(pair).streamSettings.tlsSettings.pinnedPeerCertificateChainSha256 = [pin]
    },
    id: 'match.pin',
    side: 'client',
  },
  {
    what: 'another transport at the client',
    bases: ['ws', 'ws, TLS', 'grpc', 'kcp', 'httpupgrade'],
    breakIt: (pair) => {
      outbound(pair).streamSettings.network = 'tcp'
    },
    id: 'match.transport',
    side: 'client',
  },
  {
    what: 'another path at the client',
    bases: ['ws', 'ws, TLS', 'httpupgrade', 'h2, TLS'],
    breakIt: (pair) => {
      settingsOf(outbound(pair).streamSettings).path = '/other'
    },
    id: 'match.path',
    side: 'client',
  },
  {
    what: 'a slash too many',
    bases: ['ws', 'httpupgrade', 'h2, TLS'],
    breakIt: (pair) => {
      settingsOf(outbound(pair).streamSettings).path += '/'
    },
    id: 'match.path',
    side: 'client',
  },
  {
    what: 'a server that answers for another Host',
    bases: ['ws', 'httpupgrade'],
    breakIt: (pair) => {
      settingsOf(inbound(pair).streamSettings).host = 'www.example.org'
    },
    id: 'match.host',
    side: 'client',
  },
  {
    what: 'a Host that the server does not answer for',
    bases: ['h2, TLS'],
    breakIt: (pair) => {
      settingsOf(outbound(pair).streamSettings).host = ['www.example.org']
    },
    id: 'match.host',
    side: 'client',
  },
  {
    what: 'early data that the server does not take',
    bases: ['ws', 'ws, TLS'],
    breakIt: (pair) => {
      settingsOf(outbound(pair).streamSettings).maxEarlyData = 2048
    },
    id: 'match.early-data',
    side: 'client',
  },
  {
    what: 'another service',
    bases: ['grpc', 'grpc, TLS'],
    breakIt: (pair) => {
      outbound(pair).streamSettings.grpcSettings.serviceName = 'Tunnel'
    },
    id: 'match.service-name',
    side: 'client',
  },
  {
    what: 'ALPN without what the transport needs',
    bases: ['grpc, TLS', 'h2, TLS'],
    breakIt: (pair) => {
      outbound(pair).streamSettings.tlsSettings.alpn = ['http/1.1']
    },
    id: 'match.alpn',
    side: 'client',
  },
  {
    what: 'ALPN h2 for a WebSocket',
    bases: ['ws, TLS'],
    breakIt: (pair) => {
      outbound(pair).streamSettings.tlsSettings.alpn = ['h2']
    },
    id: 'match.alpn',
    side: 'client',
  },
  {
    what: 'a server whose ALPN shuts the transport out',
    bases: ['grpc, TLS', 'h2, TLS'],
    breakIt: (pair) => {
      inbound(pair).streamSettings.tlsSettings.alpn = ['http/1.1']
    },
    id: 'match.alpn',
    side: 'server',
  },
  {
    what: 'no HTTP header at the client',
    bases: ['tcp, http header'],
    breakIt: (pair) => {
      outbound(pair).streamSettings.tcpSettings = { header: { type: 'none' } }
    },
    id: 'match.header',
    side: 'client',
  },
  {
    what: 'another path in the HTTP header',
    bases: ['tcp, http header'],
    breakIt: (pair) => {
      outbound(pair).streamSettings.tcpSettings.header.request.path = ['/other']
    },
    id: 'match.path',
    side: 'client',
  },
  {
    what: 'another disguise',
    bases: ['kcp'],
    breakIt: (pair) => {
      outbound(pair).streamSettings.kcpSettings.header.type = 'srtp'
    },
    id: 'match.header',
    side: 'client',
  },
  {
    what: 'another seed',
    bases: ['kcp'],
    breakIt: (pair) => {
      outbound(pair).streamSettings.kcpSettings.seed = 'battery-staple'
    },
    id: 'match.seed',
    side: 'client',
  },
  {
    what: 'a server on loopback alone',
    bases: ['tcp', 'tcp, TLS', 'ws', 'grpc', 'kcp'],
    breakIt: (pair) => {
      inbound(pair).listen = '127.0.0.1'
    },
    id: 'match.listen',
    side: 'server',
  },
  {
    what: 'a server without users',
    bases: ['tcp', 'ws, TLS'],
    breakIt: (pair) => {
      inbound(pair).settings.clients = []
    },
    id: 'match.id',
    side: 'server',
  },
]
