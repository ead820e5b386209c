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
  readonly packetEncoding?: 'none' | 'packetaddr' | 'xudp'
  /** Fields nobody here knows, as the link had them, by their own names. Read, never written. */
  readonly extra: ReadonlyMap<string, JsonValue>
}

/** Header disguises of mKCP and of the old QUIC transport. */
export const DISGUISES = ['none', 'srtp', 'utp', 'wechat-video', 'dtls', 'wireguard'] as const
export type Disguise = (typeof DISGUISES)[number]

/** WebSocket payload that travels inside the upgrade request. */
export interface EarlyData {
  readonly bytes: number
  readonly header: string
}

export type ProfileTransport =
  | { readonly network: 'tcp'; readonly header: 'none' }
  | {
      readonly network: 'tcp'
      readonly header: 'http'
      readonly hosts: readonly string[]
      readonly paths: readonly string[]
    }
  | { readonly network: 'ws'; readonly host: string; readonly path: string; readonly earlyData?: EarlyData }
  | {
      readonly network: 'httpupgrade'
      readonly host: string
      readonly path: string
      readonly earlyData?: EarlyData
    }
  | {
      readonly network: 'xhttp'
      readonly host: string
      readonly path: string
      readonly mode: string
      readonly settings: string
    }
  | { readonly network: 'h2'; readonly hosts: readonly string[]; readonly path: string }
  | {
      readonly network: 'grpc'
      readonly serviceName: string
      readonly mode: GrpcMode
      readonly authority: string
    }
  | {
      readonly network: 'kcp'
      readonly header: Disguise
      readonly seed: string
      readonly mtu?: number
      readonly tti?: number
    }
  | { readonly network: 'quic'; readonly header: Disguise; readonly security: string; readonly key: string }

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
  /** Present: REALITY instead of TLS. */
  readonly reality?: { readonly publicKey: string; readonly shortId: string; readonly spiderX: string }
}
