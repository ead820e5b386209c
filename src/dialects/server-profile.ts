/** A VMess server as configuration files of any dialect describe it: one inbound, without I/O and defaults filled in. */
import type { ProfileTransport } from './profile.js'

export const SERVER_DIALECTS = ['v2ray4', 'v2ray5', 'xray', 'sing-box', 'mihomo'] as const

export type ServerDialect = (typeof SERVER_DIALECTS)[number]

export interface ServerProfile {
  /** Empty when the file gives none. */
  readonly tag: string
  /** An IP address, or the path of a unix socket; `0.0.0.0` when the file names none. */
  readonly listen: string
  /** What clients may dial, each port once; none for a unix socket. */
  readonly ports: readonly number[]
  readonly users: readonly ServerUser[]
  /**
   * What clients have to speak. An empty `host` and an empty list of `hosts` mean that none is asked for;
   * fields that only a client has (`mode` of grpc, the hosts of a tcp header) are what clients would use.
   */
  readonly transport: ProfileTransport
  /** Absent: no TLS, or TLS by somebody in front. */
  readonly tls?: ServerTls
  /** V2Ray's `disableInsecureEncryption`: bodies without encryption are refused. */
  readonly secureOnly: boolean
}

export interface ServerUser {
  /** `email`, `name` or `username`; empty when there is none. */
  readonly name: string
  /** 16 bytes. */
  readonly uuid: Uint8Array
  /** 0 to 65535; above 0 the legacy header is taken too. */
  readonly alterId: number
  readonly level: number
}

export interface ServerTls {
  /** What the file calls itself; servers do not check it. Empty for none. */
  readonly serverName: string
  /** Empty: what the transport asks for. */
  readonly alpn: readonly string[]
  readonly certificates: readonly ServerCertificate[]
}

/** PEM, in a file or inline. */
export interface ServerCertificate {
  readonly certificate: { readonly file: string } | { readonly pem: string }
  readonly key: { readonly file: string } | { readonly pem: string }
}

/** One inbound of a file, and where it stands in it. */
export interface FoundServer {
  /** JSON pointer of the inbound, `/inbounds/0`. */
  readonly pointer: string
  readonly server: ServerProfile
}

/** An inbound that is VMess and cannot be used, with the reason. */
export interface BrokenServer {
  readonly pointer: string
  /** Safe to show; never an id. */
  readonly why: string
}

/** What a file holds of VMess servers. One that is broken does not hide the others. */
export interface ServerReading {
  readonly dialect: ServerDialect
  readonly servers: readonly FoundServer[]
  readonly broken: readonly BrokenServer[]
}
