/**
 * What each dialect can carry (share-formats §12), field by field: the writers work by this table, the
 * property tests hold them to it, and `docs/reference/dialects.md` is printed from it.
 */
import type { DialectId } from './dialect-ids.js'
import type { Profile } from './profile.js'
import type { FieldName } from './profile-fields.js'
import {
  alwaysXudp,
  fingerprints,
  headerEarlyData,
  hexPin,
  onlySwitchedOn,
  alpn,
  ciphers,
  legacySwitch,
  muxSwitch,
  of,
  oneAlpn,
  type Partly,
  realityOver,
  rootedSpiderX,
  safeName,
  withTls,
  xhttpModes,
  xrayEarlyData,
} from './support-conditions.js'

export type Support = 'yes' | 'no' | Partly

interface DialectSupport {
  readonly yes: readonly FieldName[]
  readonly partly?: Readonly<Partial<Record<FieldName, Partly>>>
  /** What the writer says where the profile says nothing. */
  readonly fills?: Partial<Profile>
}

const BASIC: readonly FieldName[] = ['tcp', 'tls', 'sni', 'insecure']
const KCP: readonly FieldName[] = ['kcp', 'disguise', 'seed', 'kcpSizes', 'kcpTuning']
const OLD_QUIC: readonly FieldName[] = ['quic', 'quicSecurity', 'disguise']

const SURGE: DialectSupport = {
  yes: [...BASIC, 'udp', 'ws', 'headers', 'pin'],
  partly: {
    name: safeName,
    alterId: legacySwitch,
    security: ciphers('aes-128-gcm', 'chacha20-poly1305'),
  },
  fills: { udp: true },
}

const CLASH: readonly FieldName[] = [
  ...BASIC,
  'name',
  'alterId',
  'udp',
  'tcpHttp',
  'ws',
  'h2',
  'grpc',
  'hosts',
  'paths',
]

const XRAY_FINGERPRINTS =
  /^(chrome|firefox|safari|ios|android|edge|360|qq|random|randomized|randomizednoalpn|unsafe|hello\w+)$/i
const SING_BOX_FINGERPRINTS =
  /^(chrome(_psk|_psk_shuffle|_padding_psk_shuffle|_pq|_pq_psk)?|firefox|safari|ios|android|edge|360|qq|random|randomized)$/

/**
 * A client of sing-box without a packet encoding sends all datagrams of one socket to where the first one
 * went, and one of mihomo drops the others. XUDP is understood by every server that knows Mux.Cool.
 */
const UDP_TO_EVERYBODY: Partial<Profile> = { udp: true, packetEncoding: 'xudp' }

export const DIALECT_SUPPORT: Readonly<Record<DialectId, DialectSupport>> = {
  v2rayn: {
    yes: [
      ...BASIC,
      ...OLD_QUIC,
      'name',
      'alterId',
      'security',
      'tcpHttp',
      'ws',
      'httpupgrade',
      'xhttp',
      'h2',
      'grpc',
      'kcp',
      'hosts',
      'paths',
      'xhttpMode',
      'grpcMode',
      'authority',
      'seed',
      'fingerprint',
      'pin',
      'verifyName',
    ],
    partly: { alpn, earlyData: xrayEarlyData },
  },
  url: {
    yes: [
      ...BASIC,
      ...OLD_QUIC,
      'name',
      'packetEncoding',
      'tcpHttp',
      'ws',
      'httpupgrade',
      'xhttp',
      'h2',
      'grpc',
      'kcp',
      'hosts',
      'paths',
      'xhttpMode',
      'xhttpSettings',
      'grpcMode',
      'authority',
      'seed',
      'kcpSizes',
      'fingerprint',
      'pin',
      'verifyName',
      'ech',
      'reality',
      'spiderX',
    ],
    partly: {
      alpn,
      earlyData: headerEarlyData,
      security: ciphers('auto', 'aes-128-gcm', 'chacha20-poly1305', 'none'),
      method: of('of tcp with HTTP header', 'tcp'),
    },
  },
  kitsunebi: {
    yes: [...BASIC, ...KCP, ...OLD_QUIC, 'name', 'ws', 'h2', 'hosts'],
    partly: { security: ciphers('auto'), mux: muxSwitch },
  },
  v2rayu: {
    yes: [...BASIC, ...OLD_QUIC, 'name', 'alterId', 'security', 'ws', 'h2', 'kcp', 'hosts', 'mux'],
    partly: {
      kcpTuning: {
        note: 'capacities',
        fits: ({ transport }) =>
          !['congestion', 'readBufferSize', 'writeBufferSize'].some((key) => key in transport),
        fit(profile) {
          if (profile.transport.network !== 'kcp') return profile
          const { congestion: _, readBufferSize: _r, writeBufferSize: _w, ...transport } = profile.transport
          return { ...profile, transport }
        },
      },
    },
  },
  v2fly: {
    yes: [...OLD_QUIC, 'name', 'alterId', 'tcp', 'ws', 'h2', 'grpc', 'kcp', 'hosts', 'tls', 'sni'],
    partly: {
      security: ciphers('auto'),
      tcpHttp: {
        note: 'without hosts and paths',
        fits: ({ transport }) =>
          transport.network === 'tcp' &&
          transport.header === 'http' &&
          transport.hosts.length + transport.paths.length === 0,
      },
    },
  },
  shadowrocket: {
    yes: [
      ...BASIC,
      'name',
      'alterId',
      'security',
      'udp',
      'tcpHttp',
      'ws',
      'h2',
      'grpc',
      'kcp',
      'disguise',
      'seed',
      'quic',
    ],
    partly: {
      packetEncoding: { note: 'xudp', fits: ({ packetEncoding }) => packetEncoding === 'xudp' },
      mux: muxSwitch,
      headers: of('of ws', 'ws'),
      earlyData: xrayEarlyData,
      disguise: of('of mKCP', 'kcp'),
    },
  },
  quantumult: {
    yes: [...BASIC, 'tcpHttp', 'ws'],
    partly: {
      name: safeName,
      security: ciphers('aes-128-gcm', 'chacha20-poly1305', 'none'),
      headers: of('of ws', 'ws'),
    },
  },
  quantumultx: {
    yes: [...BASIC, 'udp', 'ws', 'pin', 'pinKey'],
    partly: {
      name: safeName,
      alterId: legacySwitch,
      security: ciphers('aes-128-gcm', 'chacha20-poly1305', 'none'),
      tcpHttp: { note: 'without TLS', fits: ({ tls }) => tls === undefined },
      alpn: oneAlpn,
    },
    fills: { udp: true },
  },
  surge: SURGE,
  surfboard: SURGE,
  loon: {
    yes: [...BASIC, 'alterId', 'udp', 'tcpHttp', 'ws', 'pin', 'pinKey'],
    partly: {
      name: safeName,
      security: ciphers('auto', 'aes-128-gcm', 'chacha20-poly1305', 'none'),
      alpn: oneAlpn,
    },
    fills: { udp: true },
  },
  clash: {
    yes: CLASH,
    partly: {
      security: ciphers('auto', 'aes-128-gcm', 'chacha20-poly1305', 'none'),
      method: of('of tcp with HTTP header', 'tcp'),
      headers: of('of ws and of tcp with HTTP header', 'ws', 'tcp'),
      earlyData: of('of ws', 'ws'),
    },
    fills: { udp: true },
  },
  mihomo: {
    yes: [
      ...CLASH,
      ...KCP,
      'packetEncoding',
      'globalPadding',
      'authenticatedLength',
      'httpupgrade',
      'userAgent',
      'fingerprint',
      'pin',
      'ech',
    ],
    partly: {
      security: ciphers('auto', 'aes-128-gcm', 'chacha20-poly1305', 'none', 'zero'),
      alpn,
      reality: realityOver(),
      method: of('of tcp with HTTP header', 'tcp'),
      headers: of('not of h2', 'ws', 'httpupgrade', 'tcp'),
      earlyData: of('of ws', 'ws'),
    },
    fills: UDP_TO_EVERYBODY,
  },
  'sing-box': {
    yes: [
      ...BASIC,
      'name',
      'alterId',
      'udp',
      'packetEncoding',
      'globalPadding',
      'authenticatedLength',
      'ws',
      'httpupgrade',
      'grpc',
      'hosts',
      'method',
      'headers',
      'pinKey',
    ],
    partly: {
      security: ciphers('auto', 'aes-128-gcm', 'chacha20-poly1305', 'none', 'zero'),
      alpn,
      fingerprint: fingerprints('names of sing-box', SING_BOX_FINGERPRINTS),
      reality: realityOver(),
      tcpHttp: { note: 'without TLS', fits: ({ tls }) => tls === undefined },
      h2: withTls,
      quic: withTls,
      earlyData: of('of ws', 'ws'),
    },
    fills: UDP_TO_EVERYBODY,
  },
  v2ray: {
    yes: [
      ...BASIC,
      ...KCP,
      ...OLD_QUIC,
      'name',
      'alterId',
      'packetEncoding',
      'mux',
      'tcpHttp',
      'ws',
      'h2',
      'grpc',
      'hosts',
      'paths',
      'method',
      'headers',
      'pinChain',
    ],
    partly: {
      security: ciphers('auto', 'aes-128-gcm', 'chacha20-poly1305', 'none', 'zero'),
      alpn,
      authenticatedLength: onlySwitchedOn,
      earlyData: of('of ws', 'ws'),
    },
  },
  v2ray5: {
    yes: ['name', 'mux', 'tcp', 'ws', 'httpupgrade', 'grpc', 'h2', 'hosts', 'tls', 'sni', 'pinChain'],
    partly: {
      security: ciphers('auto'),
      alpn,
      headers: of('of ws and httpupgrade', 'ws', 'httpupgrade'),
      earlyData: of('of ws and httpupgrade', 'ws', 'httpupgrade'),
    },
  },
  xray: {
    yes: [
      'name',
      'mux',
      'tcp',
      'tcpHttp',
      'ws',
      'httpupgrade',
      'xhttp',
      'grpc',
      'hosts',
      'paths',
      'headers',
      'xhttpSettings',
      'authority',
      'userAgent',
      'tls',
      'sni',
      'verifyName',
      'ech',
    ],
    partly: {
      security: ciphers('auto', 'aes-128-gcm', 'chacha20-poly1305'),
      alpn,
      fingerprint: fingerprints('names of Xray', XRAY_FINGERPRINTS),
      pin: hexPin,
      xhttpMode: xhttpModes,
      packetEncoding: alwaysXudp,
      reality: realityOver('tcp', 'xhttp', 'grpc'),
      spiderX: rootedSpiderX,
      authenticatedLength: onlySwitchedOn,
      grpcMode: {
        note: 'gun and multi',
        fits: ({ transport }) => transport.network === 'grpc' && transport.mode === 'multi',
      },
      method: of('of tcp with HTTP header', 'tcp'),
      earlyData: xrayEarlyData,
    },
  },
}

export function supportOf(dialect: DialectId, field: FieldName): Support {
  const { yes, partly = {} } = DIALECT_SUPPORT[dialect]
  return partly[field] ?? (yes.includes(field) ? 'yes' : 'no')
}
