/** V2Ray JSON, as far as tests and benches need it: v2ray reads it, and so do we. */

export interface V2rayUser {
  readonly id: string
  readonly alterId: number
  readonly email?: string
  readonly security?: string
}

export interface V2rayConfig {
  readonly log?: object
  readonly policy?: object
  readonly inbounds: readonly object[]
  readonly outbounds: readonly object[]
  readonly routing?: object
}

const LOOPBACK = '127.0.0.1'
const ERRORS_ONLY = { loglevel: 'error', access: 'none' }

/** VMess in, freedom out. */
export function v2rayServer(port: number, users: readonly V2rayUser[], loglevel = 'error'): V2rayConfig {
  return {
    log: { ...ERRORS_ONLY, loglevel },
    inbounds: [{ port, listen: LOOPBACK, protocol: 'vmess', settings: { clients: users } }],
    outbounds: [{ protocol: 'freedom' }],
  }
}

/** One inbound in, VMess out to a server on loopback. */
export function v2rayClient(inbound: object, server: { port: number; user: V2rayUser }): V2rayConfig {
  const vnext = [{ address: LOOPBACK, port: server.port, users: [server.user] }]
  return {
    log: ERRORS_ONLY,
    inbounds: [inbound],
    outbounds: [{ protocol: 'vmess', settings: { vnext } }],
  }
}

export function socksInbound(port: number): object {
  return {
    port,
    listen: LOOPBACK,
    protocol: 'socks',
    settings: { auth: 'noauth', udp: true, ip: LOOPBACK },
  }
}

export function httpInbound(port: number): object {
  return { port, listen: LOOPBACK, protocol: 'http', settings: {} }
}

/** Forwards everything that arrives on a port to one target. */
export function dokodemoInbound(port: number, target: { host: string; port: number }): object {
  return {
    port,
    listen: LOOPBACK,
    protocol: 'dokodemo-door',
    settings: { address: target.host, port: target.port, network: 'tcp,udp' },
  }
}
