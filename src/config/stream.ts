/** `streamSettings` (config §7.1, §7.2). What is not carried yet is refused by name. */
import { nearestWord } from '../faults/nearest-word.js'
import type { GrpcConfig, H2Config, KcpConfig, NetworkConfig, StreamConfig } from './config.js'
import { DEFAULT_GRPC, grpcSettings } from './grpc-settings.js'
import { DEFAULT_H2, h2Settings } from './h2-settings.js'
import { tcpHeader } from './http-header.js'
import { DEFAULT_KCP, kcpSettings } from './kcp-settings.js'
import type { Place } from './place.js'
import { flag, quote, text, word } from './scalars.js'
import { anything, check, convert, ignored, maybe, object, optional, refused, type Shape } from './shape.js'
import { assertServable, DEFAULT_TLS, tlsSettings } from './tls.js'
import { httpupgradeSettings, readHttpupgrade, readWs, wsSettings } from './ws.js'

export const PLAIN_TCP: StreamConfig = { network: 'tcp', security: 'none' }

/** Whether the settings are of a side that listens or of one that connects. */
export type StreamRole = 'inbound' | 'outbound'

/** Words that some V2Ray or Xray knows and that are not built, with what to use instead. */
const OTHER_NETWORKS: ReadonlyMap<string, string> = new Map([
  ['quic', 'kcp is the transport over UDP here; ws and grpc pass through more networks'],
  ['xhttp', 'httpupgrade, ws and grpc pass through the same proxies'],
  ['splithttp', 'httpupgrade, ws and grpc pass through the same proxies'],
  ['ds', 'give the path of a unix socket in "listen"'],
  ['domainsocket', 'give the path of a unix socket in "listen"'],
  ['hysteria', 'kcp is the transport over UDP here'],
  ['hysteria2', 'kcp is the transport over UDP here'],
  ['hy2', 'kcp is the transport over UDP here'],
])
const OTHER_SECURITIES: ReadonlyMap<string, string> = new Map([
  ['reality', 'use tls with a certificate, pinned if need be'],
  ['xtls', 'use tls'],
  ['utls', 'use tls'],
])
/** Blocks of networks and securities that are not read yet. */
const FOREIGN_BLOCKS = [
  'dsSettings',
  'quicSettings',
  'hy2Settings',
  'xhttpSettings',
  'splithttpSettings',
  'xtlsSettings',
  'realitySettings',
] as const

/** Also used by the top-level `transport`, whose blocks are defaults for every `streamSettings`. */
export const tcpSettings = object({
  header: maybe(tcpHeader),
  acceptProxyProtocol: optional(flag, false),
})

const FIXED_KEEP_ALIVE = 'keep-alive times are fixed: a silent peer is asked after 30 s'
/** Neither `net.connect` nor `net.Server` sets the option, and a socket of theirs is not handed out before. */
const NO_FAST_OPEN = 'Node.js cannot switch TCP fast open on: connections open with a full handshake'

const sockopt = object({
  mark: ignored('packet marks are not set'),
  tcpFastOpen: ignored(NO_FAST_OPEN),
  tcpFastOpenQueueLength: ignored(NO_FAST_OPEN),
  tproxy: maybe(
    check(word({ off: 'off', redirect: 'redirect', tproxy: 'tproxy' }, 'off'), refuseTransparent),
  ),
  acceptProxyProtocol: optional(flag, false),
  dialerProxy: refused('dialling through another outbound is not supported yet'),
  interface: refused('binding to an interface is not supported yet'),
  bindToDevice: refused('binding to an interface is not supported yet'),
  domainStrategy: ignored('the system decides which address of a server is dialled'),
  tcpKeepAliveInterval: ignored(FIXED_KEEP_ALIVE),
  tcpKeepAliveIdle: ignored(FIXED_KEEP_ALIVE),
  tcpMptcp: ignored('multipath TCP is not used'),
  mptcp: ignored('multipath TCP is not used'),
})

function refuseTransparent(value: string, place: Place): string {
  if (value !== 'off') place.report('VM-E01', 'transparent proxying is not supported yet')
  return value
}

/** The blocks that networks take their settings from. */
interface Blocks {
  readonly tcpSettings: typeof tcpSettings.blank | undefined
  readonly httpSettings: H2Config | undefined
  readonly grpcSettings: GrpcConfig | undefined
  readonly kcpSettings: KcpConfig | undefined
  readonly wsSettings: typeof wsSettings.blank | undefined
  readonly httpupgradeSettings: typeof httpupgradeSettings.blank | undefined
  readonly sockopt: typeof sockopt.blank | undefined
}

interface Network {
  readonly name: NetworkConfig['network']
  /** The keys of its settings. */
  readonly blocks: readonly string[]
  readonly read: (blocks: Blocks, role: StreamRole) => NetworkConfig
}

const TCP: Network = { name: 'tcp', blocks: ['tcpSettings', 'rawSettings'], read: readTcp }
const H2: Network = {
  name: 'h2',
  blocks: ['httpSettings'],
  read: ({ httpSettings }) => httpSettings ?? DEFAULT_H2,
}
const GRPC: Network = {
  name: 'grpc',
  blocks: ['grpcSettings', 'gunSettings'],
  read: ({ grpcSettings }) => grpcSettings ?? DEFAULT_GRPC,
}
const WS: Network = {
  name: 'ws',
  blocks: ['wsSettings'],
  read: ({ wsSettings }, role) => readWs(wsSettings, role),
}
const HTTPUPGRADE: Network = {
  name: 'httpupgrade',
  blocks: ['httpupgradeSettings'],
  read: ({ httpupgradeSettings }, role) => readHttpupgrade(httpupgradeSettings, role),
}

const KCP: Network = {
  name: 'kcp',
  blocks: ['kcpSettings'],
  read: ({ kcpSettings }) => kcpSettings ?? DEFAULT_KCP,
}

/** Word in lower case → what carries the bytes. */
const NETWORKS: ReadonlyMap<string, Network> = new Map([
  ['tcp', TCP],
  ['raw', TCP],
  ['ws', WS],
  ['websocket', WS],
  ['httpupgrade', HTTPUPGRADE],
  ['h2', H2],
  ['http', H2],
  ['grpc', GRPC],
  ['gun', GRPC],
  ['kcp', KCP],
  ['mkcp', KCP],
])
const NETWORK_NAMES = [...new Set([...NETWORKS.values()].map(({ name }) => name))]

/** As Xray, either place switches the PROXY protocol on; V2Ray looks at `tcpSettings` alone. */
function readTcp({ tcpSettings, sockopt }: Blocks): NetworkConfig {
  const { header } = tcpSettings ?? {}
  const acceptProxyProtocol =
    tcpSettings?.acceptProxyProtocol === true || sockopt?.acceptProxyProtocol === true
  return {
    network: 'tcp',
    ...(header !== undefined && { header }),
    ...(acceptProxyProtocol && { acceptProxyProtocol }),
  }
}

const foreignBlocks = Object.fromEntries(FOREIGN_BLOCKS.map((key) => [key, maybe(anything)])) as Record<
  (typeof FOREIGN_BLOCKS)[number],
  ReturnType<typeof maybe<Place | undefined>>
>

const fields = object(
  {
    method: maybe(text, 'network'),
    security: optional(text, 'none'),
    tcpSettings: maybe(tcpSettings, 'rawSettings'),
    kcpSettings: maybe(kcpSettings),
    wsSettings: maybe(wsSettings),
    httpupgradeSettings: maybe(httpupgradeSettings),
    httpSettings: maybe(h2Settings),
    // V2Ray 5 lets the older name win.
    gunSettings: maybe(grpcSettings, 'grpcSettings'),
    // Read only where TLS is on, as V2Ray does.
    tlsSettings: maybe(anything),
    sockopt: maybe(sockopt),
    finalmask: refused('finalmask is not supported'),
    ...foreignBlocks,
  },
  {
    elsewhere: {
      path: 'the settings of its network, such as wsSettings',
      headers: 'the settings of its network, such as wsSettings',
      serverName: 'tlsSettings',
      alpn: 'tlsSettings',
      allowInsecure: 'tlsSettings',
      certificates: 'tlsSettings',
      transport: 'network; this is the V2Ray 5 form',
      transportSettings: 'the settings of its network; this is the V2Ray 5 form',
      securitySettings: 'tlsSettings; this is the V2Ray 5 form',
      mux: 'the outbound',
    },
  },
)

export const inboundStream: Shape<StreamConfig> = streamOf('inbound')
export const outboundStream: Shape<StreamConfig> = streamOf('outbound')

function streamOf(role: StreamRole): Shape<StreamConfig> {
  return convert(fields, PLAIN_TCP, (values, place) => {
    const networkAt = place.child('method') ?? place.spot('network')
    const word = (values.method ?? 'tcp').toLowerCase()
    const network = NETWORKS.get(word)
    if (network === undefined)
      refuseOther(networkAt, values.method ?? '', { others: OTHER_NETWORKS, supported: NETWORK_NAMES })
    const secure = isSecure(values.security, place.spot('security'))
    if (network === undefined) return PLAIN_TCP
    warnOfForeignBlocks(place, { network, secure })
    const carried = network.read({ ...values, grpcSettings: values.gunSettings }, role)
    if (!secure) return { ...carried, security: 'none' }
    const tls = values.tlsSettings === undefined ? DEFAULT_TLS : tlsSettings.read(values.tlsSettings)
    if (role === 'inbound') assertServable(tls, place.spot('tlsSettings'))
    return { ...carried, security: 'tls', tls }
  })
}

/** V2Ray runs every unknown word without encryption; here none of them is taken for "none". */
function isSecure(found: string, place: Place): boolean {
  const security = found.toLowerCase()
  if (security === 'tls') return true
  if (security === 'none' || security === '') return false
  const supported = ['none', 'tls']
  if (OTHER_SECURITIES.has(security)) refuseOther(place, found, { others: OTHER_SECURITIES, supported })
  else {
    place.report(
      'VM-N02',
      `${quote(found)} is not a transport security; supported: none, tls`,
      'V2Ray would send this without encryption; write "none" if that is meant',
    )
  }
  return false
}

function refuseOther(
  place: Place,
  found: string,
  { others, supported }: { others: ReadonlyMap<string, string>; supported: readonly string[] },
): void {
  const hint = others.get(found.toLowerCase())
  const rule = hint === undefined ? 'VM-N01' : 'VM-E01'
  const near = hint === undefined ? nearestWord(found.toLowerCase(), supported) : undefined
  place.report(
    rule,
    `${quote(found)} is not supported; supported: ${supported.join(', ')}`,
    hint ?? (near && `did you mean ${near}?`),
  )
}

function warnOfForeignBlocks(
  place: Place,
  { network: { name, blocks }, secure }: { network: Network; secure: boolean },
): void {
  const known = [...FOREIGN_BLOCKS, ...[...new Set(NETWORKS.values())].flatMap((network) => network.blocks)]
  for (const key of known) {
    if (!blocks.includes(key)) place.child(key)?.report('VM-N03', `has no effect on ${name}`)
  }
  if (!secure) place.child('tlsSettings')?.report('VM-N04', 'has no effect without "security": "tls"')
}
