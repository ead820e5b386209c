/**
 * A checked configuration: what the engine runs. Every dialect is turned into this; nothing in it is
 * optional by accident, and ids are bytes already.
 */
import type { Security } from '../account/security.js'
import type { Policy } from './policy.js'

export interface Config {
  readonly log: LogConfig
  readonly inbounds: readonly InboundConfig[]
  /** The first one is the default route. */
  readonly outbounds: readonly OutboundConfig[]
  /** Only levels that the file names; the rest have `DEFAULT_POLICY`. */
  readonly levels: ReadonlyMap<number, LevelConfig>
  readonly stats: StatsConfig
}

export interface LogConfig {
  readonly level: 'debug' | 'info' | 'warning' | 'error' | 'none'
  /** A file, standard output, or off. */
  readonly access: { readonly to: 'file'; readonly path: string } | { readonly to: 'stdout' | 'off' }
  readonly error: { readonly to: 'file'; readonly path: string } | { readonly to: 'stdout' | 'off' }
}

export interface LevelConfig {
  readonly policy: Policy
  readonly countUplink: boolean
  readonly countDownlink: boolean
}

/** Which counters of `docs/reference/config.md` are kept (config §9.2, §9.3). */
export interface StatsConfig {
  readonly enabled: boolean
  readonly inboundUplink: boolean
  readonly inboundDownlink: boolean
  readonly outboundUplink: boolean
  readonly outboundDownlink: boolean
}

/** What carries the bytes: a network, alone or inside TLS (config §7). */
export type StreamConfig = NetworkConfig &
  ({ readonly security: 'none' } | { readonly security: 'tls'; readonly tls: TlsConfig })

/** One member per transport, told apart by `network`. */
export type NetworkConfig =
  | {
      readonly network: 'tcp'
      readonly header?: HttpHeaderConfig
      /** Inbounds: a load balancer in front says whom each connection is from. */
      readonly acceptProxyProtocol?: true
    }
  | ({
      readonly network: 'ws'
      readonly earlyData?: EarlyDataConfig
      readonly acceptProxyProtocol?: true
    } & HttpPlaceConfig)
  | ({ readonly network: 'httpupgrade'; readonly acceptProxyProtocol?: true } & HttpPlaceConfig)
  | H2Config
  | GrpcConfig
  | KcpConfig

/** A path and Host that an HTTP-like transport asks for and expects. */
export interface HttpPlaceConfig {
  /** Begins with a slash; without `?ed=`. */
  readonly path: string
  /** Absent: the TLS name or the address when asking, anything when expecting. */
  readonly host?: string
  /** Further request headers, without Host. */
  readonly headers: Readonly<Record<string, string>>
}

/** WebSocket 0-RTT: the first bytes travel in the upgrade request (protocol §9.3). */
export interface EarlyDataConfig {
  /** The most bytes sent early. */
  readonly bytes: number
  /** Header that carries them; absent: appended to the path. */
  readonly header?: string
}

export interface H2Config {
  readonly network: 'h2'
  readonly path: string
  /** `:authority` is one of these at random; a server expects one of them. */
  readonly hosts: readonly string[]
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
}

export interface GrpcConfig {
  readonly network: 'grpc'
  readonly serviceName: string
  readonly multi: boolean
  readonly authority?: string
  readonly userAgent?: string
}

export type PacketHeader = 'none' | 'srtp' | 'utp' | 'wechat-video' | 'dtls' | 'wireguard'

/** mKCP (protocol §9.8, config §7.3). */
export interface KcpConfig {
  readonly network: 'kcp'
  readonly header: PacketHeader
  readonly seed?: string
  readonly mtu: number
  readonly ttiMs: number
  /** MB/s. */
  readonly uplinkCapacity: number
  readonly downlinkCapacity: number
  readonly congestion: boolean
  /** Bytes. */
  readonly readBuffer: number
  readonly writeBuffer: number
}

/** The HTTP disguise of tcp (protocol §9.2). */
export interface HttpHeaderConfig {
  readonly request: {
    readonly version: string
    readonly method: string
    readonly paths: readonly string[]
    /** Values to choose from, by name. */
    readonly headers: Readonly<Record<string, readonly string[]>>
  }
  readonly response: {
    readonly version: string
    readonly status: string
    readonly reason: string
    readonly headers: Readonly<Record<string, readonly string[]>>
  }
}

export interface TlsCertificateConfig {
  /** PEM with its chain, inline or from a file that is read again when it changes. */
  readonly certificate: { readonly pem: string } | { readonly file: string }
  readonly key?: { readonly pem: string } | { readonly file: string }
  /** `encipherment`: our own; `verify`: an authority to trust. */
  readonly usage: 'encipherment' | 'verify'
}

/** protocol §9.7, config §7.10. */
export interface TlsConfig {
  readonly serverName?: string
  /** Absent: what the network asks for. */
  readonly alpn?: readonly string[]
  readonly allowInsecure: boolean
  readonly disableSystemRoot: boolean
  readonly certificates: readonly TlsCertificateConfig[]
  /** Hex SHA-256 of the peer's leaf certificate. */
  readonly pinnedCertificates?: readonly string[]
  /** Base64 of v2ray's chain hash. */
  readonly pinnedChains?: readonly string[]
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** Servers: ask clients for a certificate that a `verify` authority signed. */
  readonly requestClientCertificate?: boolean
}

export type ListenConfig =
  | { readonly kind: 'tcp'; readonly host: string; readonly ports: readonly number[] }
  | { readonly kind: 'unix'; readonly path: string }

interface InboundCommon {
  /** Empty when the file gives none. */
  readonly tag: string
  readonly listen: ListenConfig
  readonly stream: StreamConfig
}

export type InboundConfig = InboundCommon &
  (
    | { readonly protocol: 'vmess'; readonly settings: VmessInboundSettings }
    | { readonly protocol: 'socks'; readonly settings: SocksInboundSettings }
    | { readonly protocol: 'http'; readonly settings: HttpInboundSettings }
    | { readonly protocol: 'mixed'; readonly settings: SocksInboundSettings }
    | { readonly protocol: 'dokodemo-door'; readonly settings: DokodemoSettings }
  )

export interface VmessUserConfig {
  /** 16 bytes. */
  readonly uuid: Uint8Array
  /** 0 to 65535; above 0 the legacy header is accepted too. */
  readonly alterId: number
  readonly level: number
  /** Empty when the user has none. */
  readonly email: string
}

export interface VmessInboundSettings {
  readonly users: readonly VmessUserConfig[]
  readonly disableInsecureEncryption: boolean
}

export interface AccountConfig {
  readonly user: string
  readonly pass: string
}

export interface SocksInboundSettings {
  /** Absent: no authentication. An empty list: nobody can log in. */
  readonly accounts?: readonly AccountConfig[]
  readonly udp: boolean
  /** Put into the UDP ASSOCIATE reply. */
  readonly udpAddress?: string
  readonly userLevel: number
}

export interface HttpInboundSettings {
  readonly accounts?: readonly AccountConfig[]
  readonly allowTransparent: boolean
  readonly userLevel: number
}

export interface DokodemoSettings {
  readonly address: string
  readonly port: number
  readonly networks: readonly ('tcp' | 'udp')[]
  readonly userLevel: number
}

/** Many flows over one connection (config §4.2). */
export interface MuxConfig {
  /** 1 to 1024 flows at a time on one connection; 0: tcp flows are not put together. */
  readonly concurrency: number
  /** The same for udp; 0: udp shares the connections of tcp; negative: udp is not put together. */
  readonly xudpConcurrency: number
  readonly xudpProxyUdp443: 'reject' | 'allow' | 'skip'
}

interface OutboundCommon {
  readonly tag: string
  readonly stream: StreamConfig
  /** Absent: each flow has a connection of its own. */
  readonly mux?: MuxConfig
  /** Local IP to dial from. */
  readonly sendThrough?: string
}

export type OutboundConfig = OutboundCommon &
  (
    | { readonly protocol: 'vmess'; readonly settings: VmessOutboundSettings }
    | { readonly protocol: 'freedom'; readonly settings: FreedomSettings }
    | { readonly protocol: 'blackhole'; readonly settings: BlackholeSettings }
  )

export interface VmessOutboundUser extends VmessUserConfig {
  readonly security: Security
  /** Option 0x10 is asked for. */
  readonly authenticatedLength: boolean
  /** This side sends no end-of-stream chunk. */
  readonly noTerminationSignal: boolean
  /**
   * The option byte to send in place of the one that security and `authenticatedLength` lead to
   * (protocol §4.2). For tests and experiments: no dialect reads or writes it.
   */
  readonly options?: number
  /**
   * False: chunks stay at 16 KiB even for a server that takes larger ones (protocol §4.7). For tests
   * and measurements: no dialect reads or writes it.
   */
  readonly largeChunks?: boolean
}

export interface VmessServerConfig {
  readonly address: string
  readonly port: number
  /** At least one. */
  readonly users: readonly VmessOutboundUser[]
}

export interface VmessOutboundSettings {
  /** At least one. Round robin per connection. */
  readonly servers: readonly VmessServerConfig[]
  /**
   * How datagrams name their peers; absent: `none`. `none`: not at all, each peer has a connection or mux
   * session of its own. `packet`: packetaddr (protocol §5.3). `xudp`: XUDP (protocol §5.6).
   */
  readonly packetEncoding?: 'none' | 'packet' | 'xudp'
}

export interface FreedomSettings {
  readonly domainStrategy: 'AsIs' | 'UseIP' | 'UseIPv4' | 'UseIPv6'
  /** Replaces the destination; an empty host or port 0 keeps that part. */
  readonly redirect?: { readonly host: string; readonly port: number }
  /** Version of the PROXY header that begins each connection; absent: none. */
  readonly proxyProtocol?: 1 | 2
  readonly userLevel: number
}

export interface BlackholeSettings {
  readonly response: 'none' | 'http'
}
