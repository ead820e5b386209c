/**
 * Which keys a sing-box file has, as far as VMess goes, and what stands in them: sing-box refuses the whole
 * file for any other. Every key was shown to sing-box 1.14.1.
 */
import { nearestWord } from '../../faults/nearest-word.js'
import type { Place } from '../place.js'
import { flag, quote, text } from '../scalars.js'
import { expectKind } from '../shape.js'

type Check = (place: Place) => void
export type Keys = Readonly<Record<string, Check>>

const ANY: Check = () => undefined
const word: Check = (place) => {
  text.read(place)
}
const onOff: Check = (place) => {
  flag.read(place)
}
/** One text, or a list of them. */
const words: Check = (place) => {
  const items = place.node.type === 'array' ? place.items() : [place]
  for (const item of items) text.read(item)
}
const headers: Check = (place) => {
  if (!expectKind(place, 'object', 'an object')) return
  for (const { place: value } of place.entries().values()) if (!value.isNull) words(value)
}
const list: Check = (place) => {
  expectKind(place, 'array', 'an array')
}

function within(keys: Keys): Check {
  return (place) => checkKeys(place, keys)
}

function each(names: string, check: Check): Keys {
  return Object.fromEntries(names.split(' ').map((name) => [name, check]))
}

/** Keys that are not in the table, and values of another type. Null stands for nothing. */
export function checkKeys(place: Place, keys: Keys): void {
  if (!expectKind(place, 'object', 'an object')) return
  const known = new Map(Object.entries(keys).map(([key, check]) => [key.toLowerCase(), check]))
  for (const [lower, { key, keyPlace, place: value }] of place.entries()) {
    const check = known.get(lower)
    if (check !== undefined) {
      if (!value.isNull) check(value)
      continue
    }
    const near = nearestWord(key, Object.keys(keys))
    keyPlace.report('VM-B08', `sing-box knows no ${quote(key)} here`, near && `did you mean ${near}?`)
  }
}

const LOG = within({ level: word, output: word, disabled: onOff, timestamp: onOff })

export const FILE_KEYS: Keys = {
  log: LOG,
  inbounds: list,
  outbounds: list,
  ...each('$schema dns ntp certificate certificate_providers http_clients endpoints route services', ANY),
  experimental: ANY,
}

const TLS = {
  ...each('enabled insecure', onOff),
  server_name: word,
  alpn: words,
  ...each('min_version max_version certificate_path', word),
  ...each('certificate cipher_suites', words),
  ...each('curve_preferences client_certificate client_certificate_path', ANY),
  ...each('kernel_tx kernel_rx ech handshake_timeout', ANY),
}
const TLS_OUT: Keys = {
  ...TLS,
  ...each('disable_sni', onOff),
  certificate_public_key_sha256: words,
  ...each('client_key client_key_path fragment fragment_fallback_delay record_fragment engine spoof', ANY),
  utls: within({ enabled: onOff, fingerprint: word }),
  reality: within({ enabled: onOff, public_key: word, short_id: word }),
}
const TLS_IN: Keys = {
  ...TLS,
  key: words,
  key_path: word,
  ...each('client_authentication client_certificate_public_key_sha256', ANY),
  ...each('acme reality certificate_provider', ANY),
}

const DIAL = each(
  'detour bind_interface inet4_bind_address inet6_bind_address bind_address_no_port protect_path routing_mark ' +
    'reuse_addr netns connect_timeout tcp_fast_open tcp_multi_path disable_tcp_keep_alive tcp_keep_alive ' +
    'tcp_keep_alive_interval udp_fragment domain_resolver domain_strategy network_strategy network_type ' +
    'fallback_network_type fallback_delay',
  ANY,
)
const LISTEN = each(
  'bind_interface routing_mark reuse_addr netns tcp_fast_open tcp_multi_path disable_tcp_keep_alive ' +
    'tcp_keep_alive tcp_keep_alive_interval udp_fragment udp_timeout detour',
  ANY,
)
/** What an inbound of sing-box had up to 1.12, and refuses since 1.13. */
export const REMOVED_IN = [
  ...['sniff', 'sniff_override_destination', 'sniff_timeout', 'domain_strategy'],
  'udp_disable_domain_unmapping',
] as const
const TRANSPORT: Check = (place) => {
  expectKind(place, 'object', 'an object')
}

export const VMESS_IN: Keys = {
  type: word,
  tag: word,
  listen: word,
  listen_port: ANY,
  users: list,
  tls: within(TLS_IN),
  transport: TRANSPORT,
  multiplex: ANY,
  ...LISTEN,
  // Each is spoken of by itself.
  ...each(REMOVED_IN.join(' '), ANY),
}
export const USER_KEYS: Keys = { name: word, uuid: ANY, alterId: ANY }
export const VMESS_OUT: Keys = {
  type: word,
  tag: word,
  server: word,
  server_port: ANY,
  uuid: ANY,
  security: word,
  alter_id: ANY,
  ...each('global_padding authenticated_length', onOff),
  network: words,
  packet_encoding: word,
  tls: within(TLS_OUT),
  transport: TRANSPORT,
  multiplex: ANY,
  ...DIAL,
}

const TIMES = each('idle_timeout ping_timeout', ANY)
/** By the type of the transport. */
export const TRANSPORT_KEYS: ReadonlyMap<string, Keys> = new Map<string, Keys>([
  ['http', { type: word, host: words, path: word, method: word, headers, ...TIMES }],
  ['ws', { type: word, path: word, headers, max_early_data: ANY, early_data_header_name: word }],
  ['quic', { type: word }],
  ['grpc', { type: word, service_name: word, permit_without_stream: ANY, ...TIMES }],
  ['httpupgrade', { type: word, host: word, path: word, headers }],
])
