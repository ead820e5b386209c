/** A server as share links describe it, whatever their form (share-formats §1). */
import type { Security } from '../account/security.js'

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

export interface Profile {
  /** For display; may hold any character, so show it through `displayText`. */
  readonly name: string
  /** A domain, or an IP address in its usual form, IPv6 without brackets. */
  readonly server: string
  /** 1 to 65535. */
  readonly port: number
  /** 16 bytes. */
  readonly uuid: Uint8Array
  /** 0 to 65535. Above 0 the legacy header is used; the number itself hardly matters to a client. */
  readonly alterId: number
  /** The body cipher. */
  readonly security: Security
  readonly transport: ProfileTransport
  /** Absent: no TLS. */
  readonly tls?: ProfileTls
  readonly packetEncoding?: PacketEncoding
  /** Whether the client relays UDP. Absent: not said; most clients do. */
  readonly udp?: boolean
  /** Body options that the client asks for. Absent: not said. */
  readonly globalPadding?: boolean
  readonly authenticatedLength?: boolean
  /** Many flows over one connection, by Mux.Cool. Absent: not said. */
  readonly mux?: ProfileMux
  /**
   * Fields that no profile has, by their names in the dialect `extraOf`; those of nested formats by JSON
   * pointer. Formats for configurations write them again when the target is the same dialect.
   */
  readonly extra: ReadonlyMap<string, JsonValue>
  /** Whose fields `extra` holds; absent when there are none, and for links. */
  readonly extraOf?: string
}

export const PACKET_ENCODINGS = ['none', 'packetaddr', 'xudp'] as const
export type PacketEncoding = (typeof PACKET_ENCODINGS)[number]

export interface ProfileMux {
  readonly enabled: boolean
  /** Flows on one connection; absent: the client's own choice. */
  readonly concurrency?: number
}

/** Values by header name. */
export type ProfileHeaders = Readonly<Record<string, string>>

/** Header disguises of mKCP and of the old QUIC transport. */
export const DISGUISES = ['none', 'srtp', 'utp', 'wechat-video', 'dtls', 'wireguard'] as const
export type Disguise = (typeof DISGUISES)[number]

/** WebSocket payload that travels inside the upgrade request. */
export interface EarlyData {
  /** The most that travels early. */
  readonly bytes: number
  /** The header it travels in; empty: appended to the path. */
  readonly header: string
}

export type ProfileTransport =
  | { readonly network: 'tcp'; readonly header: 'none' }
  | {
      /** The HTTP disguise of tcp: a client sends one of the hosts and one of the paths. */
      readonly network: 'tcp'
      readonly header: 'http'
      readonly hosts: readonly string[]
      readonly paths: readonly string[]
      readonly method?: string
      /**
       * Further request headers: one of the values is sent for each name. Absent: those that the program
       * makes up; empty: none.
       */
      readonly headers?: Readonly<Record<string, readonly string[]>>
    }
  | ({ readonly network: 'ws' } & UpgradePlace)
  | ({ readonly network: 'httpupgrade' } & UpgradePlace)
  | {
      readonly network: 'xhttp'
      readonly host: string
      readonly path: string
      readonly mode: string
      /** The text of a JSON object, or empty. */
      readonly settings: string
    }
  | {
      readonly network: 'h2'
      readonly hosts: readonly string[]
      readonly path: string
      readonly method?: string
      readonly headers?: ProfileHeaders
    }
  | {
      readonly network: 'grpc'
      readonly serviceName: string
      readonly mode: GrpcMode
      readonly authority: string
      readonly userAgent?: string
    }
  | ({
      readonly network: 'kcp'
      readonly header: Disguise
      readonly seed: string
      readonly mtu?: number
      readonly tti?: number
    } & KcpTuning)
  | { readonly network: 'quic'; readonly header: Disguise; readonly security: string; readonly key: string }

/** Where a WebSocket, or what looks like one, begins. */
export interface UpgradePlace {
  readonly host: string
  readonly path: string
  readonly earlyData?: EarlyData
  /** Further request headers, without Host. */
  readonly headers?: ProfileHeaders
}

/** How mKCP paces itself. Capacities in MB/s, buffers in MB. */
export interface KcpTuning {
  readonly uplinkCapacity?: number
  readonly downlinkCapacity?: number
  readonly congestion?: boolean
  readonly readBufferSize?: number
  readonly writeBufferSize?: number
}

export const GRPC_MODES = ['gun', 'multi', 'guna'] as const
export type GrpcMode = (typeof GRPC_MODES)[number]

export type Network = ProfileTransport['network']

export interface ProfileTls {
  /** The name the certificate is checked against; empty when nothing but an IP address is known. */
  readonly serverName: string
  readonly alpn: readonly string[]
  /** Name of a browser to look like (uTLS); empty for none. */
  readonly fingerprint: string
  /** The certificate is not checked. */
  readonly insecure: boolean
  /** SHA-256 of the certificate; empty for none. */
  readonly pinnedSha256: string
  /** Further name to check the certificate against; empty for none. */
  readonly verifyName: string
  /** SHA-256 of the key in the certificate, base64 or hex as it was found. */
  readonly pinnedKeySha256?: string
  /** V2Ray's hash of the whole chain, base64. */
  readonly pinnedChainSha256?: readonly string[]
  /** Encrypted Client Hello: the list of configurations, base64. */
  readonly ech?: string
  /** Present: REALITY instead of TLS. */
  readonly reality?: { readonly publicKey: string; readonly shortId: string; readonly spiderX: string }
}
