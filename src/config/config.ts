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

/** What carries the bytes. One member per transport; `layers` are told apart by `network`. */
export interface StreamConfig {
  readonly network: 'tcp'
  readonly security: 'none'
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

interface OutboundCommon {
  readonly tag: string
  readonly stream: StreamConfig
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
}

export interface FreedomSettings {
  readonly domainStrategy: 'AsIs' | 'UseIP' | 'UseIPv4' | 'UseIPv6'
  /** Replaces the destination; an empty host or port 0 keeps that part. */
  readonly redirect?: { readonly host: string; readonly port: number }
  readonly userLevel: number
}

export interface BlackholeSettings {
  readonly response: 'none' | 'http'
}
