/** One outbound (config §4.1): the fields all protocols share, then its settings. */
import { ipAddress } from './address.js'
import { blackholeOutbound } from './blackhole-outbound.js'
import type { MuxConfig, OutboundConfig } from './config.js'
import { freedomOutbound } from './freedom-outbound.js'
import type { Place } from './place.js'
import { type ProtocolPart, type ProtocolTable, readProtocol } from './protocol.js'
import { flag, text } from './scalars.js'
import { anything, convert, ignored, maybe, object, optional, required } from './shape.js'
import { outboundStream, PLAIN_TCP } from './stream.js'
import { mux } from './mux.js'
import { vmessOutbound } from './vmess-outbound.js'

const SUPPORTED = ['vmess', 'freedom', 'blackhole']

type Part = ProtocolPart<OutboundConfig>

/** Protocol name in lower case → how its settings are read. `direct` and `block` are Xray's names. */
const PROTOCOLS: ProtocolTable<OutboundConfig> = new Map([
  ['vmess', (at: Place): Part => ({ protocol: 'vmess', settings: vmessOutbound.read(at) })],
  ['freedom', readFreedom],
  ['direct', readFreedom],
  ['blackhole', readBlackhole],
  ['block', readBlackhole],
])

function readFreedom(settings: Place): Part {
  return { protocol: 'freedom', settings: freedomOutbound.read(settings) }
}

function readBlackhole(settings: Place): Part {
  return { protocol: 'blackhole', settings: blackholeOutbound.read(settings) }
}

/** An object given here must name a tag; sending through another outbound is a matter of safety. */
const proxySettings = convert(
  object({ tag: required(text), transportLayer: optional(flag, false) }),
  undefined,
  (_, place) => place.report('VM-E01', 'dialling through another outbound is not supported yet'),
)

const fields = object(
  {
    tag: optional(text, ''),
    protocol: required(text),
    sendThrough: maybe(ipAddress),
    settings: maybe(anything),
    streamSettings: optional(outboundStream, PLAIN_TCP),
    mux: maybe(mux),
    proxySettings: maybe(proxySettings),
    domainStrategy: ignored('the system decides which address of a server is dialled'),
    targetStrategy: ignored('the system decides which address of a server is dialled'),
  },
  {
    elsewhere: {
      vnext: 'settings',
      servers: 'settings',
      response: 'settings',
      redirect: 'settings',
      network: 'streamSettings',
      security: 'streamSettings',
      tlsSettings: 'streamSettings',
      wsSettings: 'streamSettings',
      listen: 'an inbound',
      port: 'settings',
    },
  },
)

/** An outbound, or undefined after a complaint when its protocol is not known. */
export function readOutbound(place: Place): OutboundConfig | undefined {
  const values = fields.read(place)
  const part = readProtocol(place, PROTOCOLS, { kind: 'outbound', supported: SUPPORTED })
  if (part === undefined) return undefined
  return {
    tag: values.tag,
    stream: values.streamSettings,
    ...part,
    ...(values.sendThrough !== undefined && { sendThrough: values.sendThrough }),
    ...muxOf(part, values.mux, place),
  }
}

/** Only a vmess server takes apart what mux puts together. */
function muxOf(part: Part, found: MuxConfig | undefined, place: Place): { readonly mux?: MuxConfig } {
  if (found === undefined) return {}
  if (part.protocol === 'vmess') return { mux: found }
  place.spot('mux').report('VM-O07', `has no effect on ${part.protocol}`)
  return {}
}
