/** `streamSettings` (config §7.1, §7.2). What is not carried yet is refused by name. */
import type { NetworkConfig, StreamConfig } from './config.js'
import { tcpHeader } from './http-header.js'
import type { Place } from './place.js'
import { flag, quote, refuseWord, text, word } from './scalars.js'
import { anything, check, convert, ignored, maybe, object, optional, refused, type Shape } from './shape.js'

export const PLAIN_TCP: StreamConfig = { network: 'tcp', security: 'none' }

/** Words that some V2Ray or Xray knows; all others are mistakes. */
const SECURITY_WORDS: readonly string[] = ['tls', 'xtls', 'reality', 'utls']
/** Blocks that belong to another network or security: no effect on plain tcp. */
const FOREIGN_BLOCKS = [
  'kcpSettings',
  'wsSettings',
  'httpSettings',
  'dsSettings',
  'quicSettings',
  'grpcSettings',
  'gunSettings',
  'hy2Settings',
  'httpupgradeSettings',
  'xhttpSettings',
  'splithttpSettings',
  'tlsSettings',
  'xtlsSettings',
  'realitySettings',
] as const

/** Also used by the top-level `transport`, whose blocks are defaults for every `streamSettings`. */
export const tcpSettings = object({
  header: maybe(tcpHeader),
  acceptProxyProtocol: optional(flag, false),
})

const sockopt = object({
  mark: ignored('packet marks are not set'),
  tcpFastOpen: ignored('TCP fast open is not used'),
  tcpFastOpenQueueLength: ignored('TCP fast open is not used'),
  tproxy: maybe(
    check(word({ off: 'off', redirect: 'redirect', tproxy: 'tproxy' }, 'off'), refuseTransparent),
  ),
  acceptProxyProtocol: optional(flag, false),
  dialerProxy: refused('dialling through another outbound is not supported yet'),
  interface: refused('binding to an interface is not supported yet'),
  bindToDevice: refused('binding to an interface is not supported yet'),
  domainStrategy: ignored('the system decides which address of a server is dialled'),
  tcpKeepAliveInterval: ignored('keep-alive times are fixed'),
  tcpKeepAliveIdle: ignored('keep-alive times are fixed'),
  tcpMptcp: ignored('multipath TCP is not used'),
  mptcp: ignored('multipath TCP is not used'),
})

function refuseTransparent(value: string, place: Place): string {
  if (value !== 'off') place.error('transparent proxying is not supported yet')
  return value
}

/** The blocks that networks take their settings from. */
interface Blocks {
  readonly tcpSettings: typeof tcpSettings.blank | undefined
  readonly sockopt: typeof sockopt.blank | undefined
}

/** Word in lower case → what carries the bytes. */
const NETWORKS: ReadonlyMap<string, (blocks: Blocks) => NetworkConfig> = new Map([
  ['tcp', readTcp],
  ['raw', readTcp],
])

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

export const stream: Shape<StreamConfig> = convert(
  object(
    {
      method: maybe(text, 'network'),
      security: optional(text, 'none'),
      tcpSettings: maybe(tcpSettings, 'rawSettings'),
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
  ),
  PLAIN_TCP,
  (values, place) => {
    const networkAt = place.child('method') ?? place.spot('network')
    const word = (values.method ?? 'tcp').toLowerCase()
    const read = NETWORKS.get(word)
    if (read === undefined) refuseWord(networkAt, values.method ?? '', ['tcp'])
    const plain = checkSecurity(values.security, place.spot('security'))
    if (read !== undefined && plain) warnOfForeignBlocks(place)
    return { ...(read?.(values) ?? PLAIN_TCP), security: 'none' }
  },
)

/** V2Ray runs every unknown word without encryption; here none of them is taken for "none". */
function checkSecurity(found: string, place: Place): boolean {
  const security = found.toLowerCase()
  if (security === 'none' || security === '') return true
  if (SECURITY_WORDS.includes(security)) refuseWord(place, found, ['none'])
  else {
    place.error(
      `${quote(found)} is not a transport security; supported: none`,
      'V2Ray would send this without encryption; write "none" if that is meant',
    )
  }
  return false
}

function warnOfForeignBlocks(place: Place): void {
  for (const key of FOREIGN_BLOCKS) place.child(key)?.warn('has no effect on tcp without security')
}
