/** A client's outbound as a whole file: local proxies in front of it, and whom it trusts. */
import type { ServerDialect } from './server-profile.js'
import { isObject } from './section.js'
import { pemLines } from './server-v2ray-writer.js'

export interface ClientFrame {
  /** Ports on loopback. Where a program has one port for both, it is that of SOCKS. */
  readonly socks: number
  readonly http: number
  /** PEM of the certificate that the server signed itself: trusted, and nothing else. */
  readonly authority?: string
}

type Json = Readonly<Record<string, unknown>>

const LOOPBACK = '127.0.0.1'

/** `outbounds` (mihomo: `proxies`) as a document of the dialect has them; the first one is used. */
export function frameClient(outbounds: readonly Json[], dialect: ServerDialect, frame: ClientFrame): object {
  const { tag: _, ...proxy } = outbounds[0] ?? {}
  switch (dialect) {
    case 'v2ray4':
    case 'xray':
      return frameV2ray(proxy, frame)
    case 'v2ray5':
      return frameV2ray5(proxy, frame)
    case 'sing-box':
      return frameSingBox(proxy, frame)
    case 'mihomo':
      return frameMihomo(proxy, frame)
  }
}

function frameV2ray(proxy: Json, { authority, ...ports }: ClientFrame): object {
  const trust = authority === undefined ? {} : { streamSettings: trustIn(proxy.streamSettings, authority) }
  return {
    log: { loglevel: 'warning' },
    inbounds: [
      { tag: 'socks', listen: LOOPBACK, port: ports.socks, protocol: 'socks', settings: { udp: true } },
      { tag: 'http', listen: LOOPBACK, port: ports.http, protocol: 'http', settings: {} },
    ],
    outbounds: [
      { tag: 'proxy', ...proxy, ...trust },
      { protocol: 'freedom', tag: 'direct' },
    ],
  }
}

/** V2Ray 4.34 knows no pins, Xray 26 no `allowInsecure`: an authority of one's own is read by all. */
function trustIn(stream: unknown, authority: string): object {
  const { tlsSettings, ...rest } = isObject(stream) ? stream : {}
  const serverName = isObject(tlsSettings) ? tlsSettings.serverName : undefined
  const certificates = [{ usage: 'verify', certificate: pemLines(authority) }]
  return {
    ...rest,
    tlsSettings: { ...(serverName !== undefined && { serverName }), disableSystemRoot: true, certificates },
  }
}

function frameV2ray5(proxy: Json, { authority, socks, http }: ClientFrame): object {
  const trust = authority === undefined ? {} : { streamSettings: trustInV5(proxy.streamSettings, authority) }
  return {
    log: { access: { type: 'None' }, error: { type: 'Console', level: 'Warning' } },
    inbounds: [
      { tag: 'socks', listen: LOOPBACK, port: socks, protocol: 'socks', settings: { udpEnabled: true } },
      { tag: 'http', listen: LOOPBACK, port: http, protocol: 'http', settings: {} },
    ],
    outbounds: [
      { tag: 'proxy', ...proxy, ...trust },
      { protocol: 'freedom', tag: 'direct', settings: {} },
    ],
  }
}

function trustInV5(stream: unknown, authority: string): object {
  const { securitySettings, ...rest } = isObject(stream) ? stream : {}
  const serverName = isObject(securitySettings) ? securitySettings.serverName : undefined
  const Certificate = Buffer.from(authority, 'utf8').toString('base64')
  return {
    ...rest,
    security: 'tls',
    securitySettings: {
      ...(serverName !== undefined && { serverName }),
      disableSystemRoot: true,
      certificate: [{ usage: 'AUTHORITY_VERIFY', Certificate }],
    },
  }
}

function frameSingBox(proxy: Json, { authority, socks }: ClientFrame): object {
  const { tls } = proxy
  const serverName = isObject(tls) ? tls.server_name : undefined
  const trust =
    authority === undefined
      ? {}
      : {
          tls: {
            enabled: true,
            ...(serverName !== undefined && { server_name: serverName }),
            certificate: pemLines(authority),
          },
        }
  return {
    log: { level: 'warn' },
    inbounds: [{ type: 'mixed', tag: 'mixed', listen: LOOPBACK, listen_port: socks }],
    outbounds: [
      { tag: 'proxy', ...proxy, ...trust },
      { type: 'direct', tag: 'direct' },
    ],
    route: { final: 'proxy' },
  }
}

/** mihomo pins by itself: `fingerprint` is the sum of the certificate. */
function frameMihomo(proxy: Json, { socks }: ClientFrame): object {
  const name = typeof proxy.name === 'string' ? proxy.name : 'proxy'
  return {
    'mixed-port': socks,
    'allow-lan': false,
    mode: 'rule',
    'log-level': 'warning',
    proxies: [proxy],
    'proxy-groups': [{ name: 'PROXY', type: 'select', proxies: [name] }],
    rules: ['MATCH,PROXY'],
  }
}
