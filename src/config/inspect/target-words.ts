/** Which words each program knows (config §3.2, §7; share formats §11, §12). */
import type { Target } from '../rules/rule.js'

type Other = Exclude<Target, 'vmess'>
type Words = Readonly<Record<Other, readonly string[]>>

const V2RAY_4 = ['tcp', 'kcp', 'mkcp', 'ws', 'websocket', 'http', 'h2', 'ds', 'domainsocket', 'quic']

export const NETWORKS: Words = {
  v2ray4: V2RAY_4,
  v2ray5: [...V2RAY_4, 'grpc', 'gun', 'hysteria2', 'hy2'],
  xray: [
    ...['tcp', 'raw', 'kcp', 'mkcp', 'ws', 'websocket', 'grpc', 'httpupgrade'],
    ...['xhttp', 'splithttp', 'hysteria'],
  ],
  'sing-box': ['tcp', 'raw', 'ws', 'websocket', 'http', 'h2', 'grpc', 'gun', 'quic', 'httpupgrade'],
  mihomo: ['tcp', 'raw', 'ws', 'websocket', 'http', 'h2', 'grpc', 'gun', 'httpupgrade', 'kcp', 'mkcp'],
}

export const SECURITIES: Words = {
  v2ray4: ['none', '', 'tls'],
  v2ray5: ['none', '', 'tls'],
  xray: ['none', '', 'tls', 'reality'],
  'sing-box': ['none', '', 'tls', 'reality'],
  mihomo: ['none', '', 'tls', 'reality'],
}

const V2RAY_IN = ['vmess', 'vless', 'trojan', 'shadowsocks', 'socks', 'http', 'dokodemo-door']
const V2RAY_OUT = ['vmess', 'vless', 'trojan', 'shadowsocks', 'socks', 'http', 'freedom', 'blackhole', 'dns']

/** Only programs that read the V2Ray form themselves. */
export const PROTOCOLS: Readonly<Record<'inbound' | 'outbound', Partial<Words>>> = {
  inbound: {
    v2ray4: [...V2RAY_IN, 'mtproto'],
    v2ray5: [...V2RAY_IN, 'hysteria2'],
    xray: [...V2RAY_IN, 'hysteria', 'mixed', 'tunnel', 'wireguard', 'tun'],
  },
  outbound: {
    v2ray4: [...V2RAY_OUT, 'mtproto'],
    v2ray5: [...V2RAY_OUT, 'loopback', 'hysteria2'],
    xray: [...V2RAY_OUT, 'loopback', 'hysteria', 'direct', 'block', 'wireguard'],
  },
}

const XRAY_TLS = [
  ...['fingerprint', 'minVersion', 'maxVersion', 'cipherSuites', 'curvePreferences', 'rejectUnknownSni'],
  ...['pinnedPeerCertSha256', 'verifyPeerCertByName', 'masterKeyLog', 'echConfigList'],
]

/** Keys of `tlsSettings` that a program ignores. */
export const UNREAD_TLS: Words = {
  v2ray4: [...XRAY_TLS, 'pinnedPeerCertificateChainSha256', 'verifyClientCertificate', 'echConfig'],
  v2ray5: XRAY_TLS,
  xray: ['pinnedPeerCertificateChainSha256', 'verifyClientCertificate', 'echConfig', 'echDohServer'],
  'sing-box': [],
  mihomo: [],
}
