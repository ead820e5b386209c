/** Configurations for what can be said without a file. */
import { parseUserId } from '../account/uuid.js'
import type {
  Config,
  InboundConfig,
  MuxConfig,
  OutboundConfig,
  StreamConfig,
  VmessOutboundSettings,
  VmessServerConfig,
} from '../config/config.js'

export interface ListenAt {
  /** An IP address or a name of this machine; 127.0.0.1 unless given. */
  readonly host?: string
  /** 0, also when absent, takes a free one. */
  readonly port?: number
}

/** Local proxies to open; any number of them. */
export interface LocalProxies {
  /** Recognises SOCKS 4, 4a, 5 and HTTP by the first byte. */
  readonly mixed?: ListenAt
  readonly socks?: ListenAt
  readonly http?: ListenAt
}

const LOOPBACK = '127.0.0.1'
const PLAIN_TCP: StreamConfig = { network: 'tcp', security: 'none' }
const PROXIES = ['mixed', 'socks', 'http'] as const

/** Nothing is kept in files, and counted is only what every instance counts. */
const QUIET: Pick<Config, 'log' | 'levels' | 'stats'> = {
  log: { level: 'warning', access: { to: 'off' }, error: { to: 'stdout' } },
  levels: new Map(),
  stats: {
    enabled: false,
    inboundUplink: false,
    inboundDownlink: false,
    outboundUplink: false,
    outboundDownlink: false,
  },
}

export interface PlainServer {
  readonly listen: ListenAt
  /** A UUID, or a name that maps to one. */
  readonly id: string
  /** 0 unless given; above it the legacy header is accepted too. */
  readonly alterId?: number
  /** What carries the bytes; plain tcp unless given. */
  readonly stream?: StreamConfig
}

/** A server with one user that passes everything on. Throws `VMESS_ID`. */
export function makeServerConfig({ listen, id, alterId = 0, stream = PLAIN_TCP }: PlainServer): Config {
  const { uuid } = parseUserId(id)
  const inbound: InboundConfig = {
    protocol: 'vmess',
    tag: 'vmess',
    listen: makeListen(listen),
    stream,
    settings: { users: [{ uuid, alterId, level: 0, email: '' }], disableInsecureEncryption: false },
  }
  const direct: OutboundConfig = {
    protocol: 'freedom',
    tag: 'direct',
    stream: PLAIN_TCP,
    settings: { domainStrategy: 'AsIs', userLevel: 0 },
  }
  return { ...QUIET, inbounds: [inbound], outbounds: [direct] }
}

export interface RemoteServer {
  readonly server: VmessServerConfig
  readonly stream: StreamConfig
  readonly packetEncoding?: NonNullable<VmessOutboundSettings['packetEncoding']>
  readonly mux?: MuxConfig
}

/** A client of one server, without a way in: see {@link withProxies}. */
export function makeClientConfig({ server, stream, packetEncoding = 'none', mux }: RemoteServer): Config {
  const outbound: OutboundConfig = {
    protocol: 'vmess',
    tag: 'proxy',
    stream,
    settings: { servers: [server], ...(packetEncoding !== 'none' && { packetEncoding }) },
    ...(mux && { mux }),
  }
  return { ...QUIET, inbounds: [], outbounds: [outbound] }
}

/** The same configuration with these local proxies as its only inbounds. */
export function withProxies(config: Config, proxies: LocalProxies): Config {
  const inbounds = PROXIES.flatMap((protocol) => {
    const listen = proxies[protocol]
    return listen === undefined ? [] : [makeProxy(protocol, listen)]
  })
  return { ...config, inbounds }
}

function makeProxy(protocol: (typeof PROXIES)[number], listen: ListenAt): InboundConfig {
  const common = { tag: protocol, listen: makeListen(listen), stream: PLAIN_TCP }
  if (protocol === 'http') return { ...common, protocol, settings: { allowTransparent: false, userLevel: 0 } }
  return { ...common, protocol, settings: { udp: true, userLevel: 0 } }
}

function makeListen({ host = LOOPBACK, port = 0 }: ListenAt): InboundConfig['listen'] {
  return { kind: 'tcp', host, ports: [port] }
}
