/** One inbound (config §3.1): the fields all protocols share, then its settings. */
import { allocate, checkAllocate } from './allocate.js'
import { listenPorts } from './address.js'
import type { InboundConfig } from './config.js'
import { dokodemoInbound } from './dokodemo-inbound.js'
import { httpInbound } from './http-inbound.js'
import { listenAddress, makeListen } from './listen.js'
import type { Place } from './place.js'
import { type ProtocolPart, type ProtocolTable, readProtocol } from './protocol.js'
import { text } from './scalars.js'
import { anything, maybe, object, optional, required } from './shape.js'
import { domainOverride, sniffing } from './sniffing.js'
import { socksInbound } from './socks-inbound.js'
import { inboundStream, PLAIN_TCP } from './stream.js'
import { vmessInbound } from './vmess-inbound.js'

const SUPPORTED = ['vmess', 'socks', 'http', 'mixed', 'dokodemo-door']

type Part = ProtocolPart<InboundConfig>

/** Protocol name in lower case → how its settings are read. `tunnel` is Xray's name. */
const PROTOCOLS: ProtocolTable<InboundConfig> = new Map([
  ['vmess', (at: Place): Part => ({ protocol: 'vmess', settings: vmessInbound.read(at) })],
  ['socks', (at: Place): Part => ({ protocol: 'socks', settings: socksInbound.read(at) })],
  ['http', (at: Place): Part => ({ protocol: 'http', settings: httpInbound.read(at) })],
  ['mixed', (at: Place): Part => ({ protocol: 'mixed', settings: socksInbound.read(at) })],
  ['dokodemo-door', readDokodemo],
  ['tunnel', readDokodemo],
])

function readDokodemo(settings: Place): Part {
  return { protocol: 'dokodemo-door', settings: dokodemoInbound.read(settings) }
}

const fields = object(
  {
    tag: optional(text, ''),
    protocol: required(text),
    listen: maybe(listenAddress),
    port: maybe(listenPorts),
    settings: maybe(anything),
    streamSettings: optional(inboundStream, PLAIN_TCP),
    allocate: maybe(allocate),
    sniffing: maybe(sniffing),
    domainOverride: maybe(domainOverride),
  },
  {
    elsewhere: {
      detour: 'settings',
      clients: 'settings',
      users: 'settings',
      accounts: 'settings',
      auth: 'settings',
      udp: 'settings',
      disableInsecureEncryption: 'settings',
      network: 'streamSettings',
      security: 'streamSettings',
      tlsSettings: 'streamSettings',
      wsSettings: 'streamSettings',
      address: 'listen',
    },
  },
)

/** An inbound, or undefined after a complaint when its protocol is not known. */
export function readInbound(place: Place, legacyPort?: Place): InboundConfig | undefined {
  const values = fields.read(place)
  const ports = values.port ?? (legacyPort === undefined ? undefined : listenPorts.read(legacyPort))
  const listen = makeListen(values.listen, ports, place)
  checkAllocate(place, ports?.length ?? 0)
  const part = readProtocol(place, PROTOCOLS, { kind: 'inbound', supported: SUPPORTED })
  if (part === undefined) return undefined
  const byUdp =
    values.streamSettings.network === 'kcp' ||
    (part.protocol === 'dokodemo-door' && part.settings.networks.includes('udp'))
  if (listen?.kind === 'unix' && byUdp) {
    place
      .spot('listen')
      .report('VM-P12', 'UDP does not arrive at a unix socket', 'listen on an address and port')
  }
  return { tag: values.tag, listen, stream: values.streamSettings, ...part }
}
