/** A server and its clients as one plain value, from which the files of both sides follow. */
import type { Security } from '../account/security.js'
import { parseIp } from '../address/ip.js'
import type { Profile, ProfileTls, ProfileTransport } from './profile.js'
import type { ServerProfile, ServerTls } from './server-profile.js'

/**
 * `internet`: clients reach the server directly. `web`: a web server or CDN in front of it does TLS.
 * `local`: this machine or its network, for trying things out.
 */
export const PAIR_PURPOSES = ['internet', 'web', 'local'] as const
export type PairPurpose = (typeof PAIR_PURPOSES)[number]

export interface PairPlan {
  readonly purpose: PairPurpose
  /** How clients reach the server: a domain or an IP address. */
  readonly address: string
  /** What clients dial: that of the web server, where there is one. */
  readonly port: number
  /** Where the server itself listens. */
  readonly listen: { readonly host: string; readonly port: number }
  /** As clients use it. */
  readonly transport: ProfileTransport
  readonly tls: PairTls
  /** At least one; names differ without regard to case. */
  readonly users: readonly PairUser[]
  readonly security: Security
  /** 0 to 65535; above 0 the legacy header is used. */
  readonly alterId: number
  /** Ports on loopback that a client opens for applications. */
  readonly local: { readonly socks: number; readonly http: number }
}

export interface PairUser {
  readonly name: string
  /** 16 bytes. */
  readonly uuid: Uint8Array
}

export type PairTls =
  | { readonly mode: 'none' }
  | {
      /** A certificate that clients trust anyway. */
      readonly mode: 'files'
      readonly serverName: string
      readonly certificateFile: string
      readonly keyFile: string
    }
  | ({ readonly mode: 'self-signed'; readonly serverName: string } & SelfSigned)
  /** Done by a web server or CDN in front; the server itself speaks in clear text to it. */
  | { readonly mode: 'front'; readonly serverName: string }

export interface SelfSigned {
  /** PEM texts. */
  readonly certificate: string
  readonly key: string
  /** Of the certificate, in hex. */
  readonly sha256: string
}

/** The server of a plan. */
export function serverOfPlan(plan: PairPlan): ServerProfile {
  const tls = serverTls(plan.tls)
  return {
    tag: 'vmess',
    listen: plan.listen.host,
    ports: [plan.listen.port],
    users: plan.users.map(({ name, uuid }) => ({ name, uuid, alterId: plan.alterId, level: 0 })),
    transport: plan.transport,
    ...(tls && { tls }),
    // Inside TLS a body in the clear is nobody's concern.
    secureOnly: plan.tls.mode === 'none' && plan.security !== 'none' && plan.security !== 'zero',
  }
}

function serverTls(tls: PairTls): ServerTls | undefined {
  switch (tls.mode) {
    case 'files': {
      const { certificateFile, keyFile } = tls
      return tlsWith({ certificate: { file: certificateFile }, key: { file: keyFile } })
    }
    case 'self-signed':
      return tlsWith({ certificate: { pem: tls.certificate }, key: { pem: tls.key } })
    case 'none':
    case 'front':
      return undefined
  }
}

function tlsWith(certificate: ServerTls['certificates'][number]): ServerTls {
  return { serverName: '', alpn: [], certificates: [certificate] }
}

/** What one user of a plan connects with. A certificate that signs itself is pinned. */
export function clientOfPlan(plan: PairPlan, user: PairUser): Profile {
  const tls = plan.tls.mode === 'none' ? undefined : clientTls(plan.tls)
  return {
    name: user.name,
    server: plan.address,
    port: plan.port,
    uuid: user.uuid,
    alterId: plan.alterId,
    security: plan.security,
    transport: plan.transport,
    ...(tls && { tls }),
    extra: new Map(),
  }
}

function clientTls(tls: Exclude<PairTls, { mode: 'none' }>): ProfileTls {
  return {
    serverName: tls.serverName,
    alpn: [],
    fingerprint: '',
    insecure: false,
    pinnedSha256: tls.mode === 'self-signed' ? tls.sha256 : '',
    verifyName: '',
  }
}

/** The name that a certificate of the server is for, unless another is given. */
export function defaultServerName({ address, host }: { address: string; host: string }): string {
  return host !== '' && parseIp(address) !== undefined ? host : address
}
