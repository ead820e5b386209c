/** A file in the form of sing-box, as far as VMess goes (config §13). */
import { parseIp } from '../../address/ip.js'
import type { Place } from '../place.js'
import { quote, text, wholeNumber } from '../scalars.js'
import { ruled } from '../shape.js'
import {
  checkKeys,
  FILE_KEYS,
  REMOVED_IN,
  TRANSPORT_KEYS,
  USER_KEYS,
  VMESS_IN,
  VMESS_OUT,
} from './sing-box-keys.js'
import { objects, textOf } from './view.js'

const INBOUNDS: readonly string[] = [
  ...['direct', 'mixed', 'socks', 'http', 'shadowsocks', 'vmess', 'trojan', 'naive', 'hysteria', 'hysteria2'],
  ...['shadowtls', 'tuic', 'vless', 'anytls', 'tun', 'redirect', 'tproxy', 'cloudflared'],
]
const OUTBOUNDS: readonly string[] = [
  ...['direct', 'block', 'socks', 'http', 'shadowsocks', 'vmess', 'trojan', 'hysteria', 'hysteria2', 'naive'],
  ...['vless', 'shadowtls', 'tuic', 'anytls', 'tor', 'ssh', 'selector', 'urltest'],
]
const SECURITIES: readonly string[] = [
  ...['', 'auto', 'none', 'zero', 'aes-128-cfb', 'aes-128-gcm', 'chacha20-poly1305'],
]
const LEVELS: readonly string[] = ['', 'trace', 'debug', 'info', 'warn', 'error', 'fatal', 'panic']
const ENCODINGS: readonly string[] = ['', 'packetaddr', 'xudp']
const FINGERPRINTS: readonly string[] = [
  ...['', 'chrome', 'firefox', 'edge', 'safari', '360', 'qq', 'ios', 'android', 'random', 'randomized'],
  ...['chrome_psk', 'chrome_psk_shuffle', 'chrome_padding_psk_shuffle', 'chrome_pq', 'chrome_pq_psk'],
]
const PLACEHOLDER = /[{}<>$]|^(your|my)?[-_ ]?uuid$/i

const port = ruled('VM-B03', wholeNumber(1, 65_535))
const alterId = ruled('VM-B07', wholeNumber(0, 65_535))

/** Told by `type` where V2Ray has `protocol`. */
export function isSingBox(root: Place): boolean {
  const parts = ['inbounds', 'outbounds'].flatMap((key) => objects(root.child(key)?.items()))
  return parts.some((part) => part.child('type') !== undefined && part.child('protocol') === undefined)
}

export function inspectSingBox(root: Place): void {
  checkKeys(root, FILE_KEYS)
  checkWord(root.child('log'), 'level', LEVELS)
  for (const inbound of objects(root.child('inbounds')?.items())) {
    inspectType(inbound, INBOUNDS)
    const listenPort = inbound.child('listen_port')
    if (listenPort !== undefined) port.read(listenPort)
    inspectListening(inbound)
    if (textOf(inbound, 'type') === 'vmess') inspectInbound(inbound)
  }
  const tags = new Set<string>()
  for (const outbound of objects(root.child('outbounds')?.items())) {
    inspectType(outbound, OUTBOUNDS)
    inspectTag(outbound, tags)
    if (textOf(outbound, 'type') === 'vmess') inspectOutbound(outbound)
  }
}

function inspectType(part: Place, known: readonly string[]): void {
  const found = textOf(part, 'type')
  if (!known.includes(found))
    part.spot('type').report('VM-B01', `${quote(found)} is no type of sing-box here`)
}

function inspectTag(outbound: Place, taken: Set<string>): void {
  const tag = textOf(outbound, 'tag')
  if (tag === '') return
  if (taken.has(tag))
    outbound.spot('tag').report('VM-G01', `${quote(tag)} is taken, and sing-box refuses that`)
  taken.add(tag)
}

function inspectListening(inbound: Place): void {
  const listen = inbound.child('listen')
  if (typeof listen?.value === 'string' && parseIp(listen.value) === undefined) {
    listen.report('VM-B08', `${quote(listen.value)} is no IP address, and sing-box listens on nothing else`)
  }
  for (const key of REMOVED_IN) {
    const at = inbound.child(key)
    at?.report('VM-B08', 'sing-box refuses this since 1.13', 'a rule of route does it, with an action')
  }
}

function inspectInbound(inbound: Place): void {
  checkKeys(inbound, VMESS_IN)
  if (inbound.child('listen_port') === undefined)
    inbound.spot('listen_port').report('VM-B03', 'it is missing')
  for (const user of inbound.child('users')?.items() ?? []) {
    checkKeys(user, USER_KEYS)
    if (user.node.type !== 'object') continue
    inspectId(user)
    const given = user.child('alterId')
    if (given !== undefined) alterId.read(given)
  }
  inspectTransport(inbound)
  const tls = inbound.child('tls')
  const hasOne = ['certificate_path', 'certificate', 'acme', 'certificate_provider', 'reality'].some(
    (key) => tls?.child(key) !== undefined,
  )
  if (tls?.child('enabled')?.value === true && !hasOne) {
    tls.report('VM-B06', 'there is no certificate, so that every handshake fails')
  }
}

function inspectOutbound(outbound: Place): void {
  checkKeys(outbound, VMESS_OUT)
  inspectId(outbound)
  inspectTransport(outbound)
  const serverPort = outbound.child('server_port')
  if (serverPort === undefined) outbound.spot('server_port').report('VM-B03', 'it is missing')
  else port.read(serverPort)
  const given = outbound.child('alter_id')
  if (given !== undefined) alterId.read(given)
  const security = textOf(outbound, 'security')
  if (!SECURITIES.includes(security)) {
    outbound.spot('security').report('VM-B05', `${quote(security)} is not known to sing-box`)
  }
  checkWord(outbound, 'packet_encoding', ENCODINGS)
  const networks = outbound.child('network')
  for (const item of networks?.node.type === 'array' ? networks.items() : [networks]) {
    if (typeof item?.value === 'string') checkOne(item, ['tcp', 'udp'])
  }
  inspectTls(outbound.child('tls'))
}

/** REALITY is made of uTLS. */
function inspectTls(tls: Place | undefined): void {
  if (tls?.child('enabled')?.value !== true) return
  const utls = tls.child('utls')
  const hasUtls = utls?.child('enabled')?.value === true
  if (hasUtls) checkWord(utls, 'fingerprint', FINGERPRINTS)
  const reality = tls.child('reality')
  if (reality?.child('enabled')?.value === true && !hasUtls) {
    reality.report(
      'VM-B08',
      'REALITY needs utls, and sing-box refuses it without',
      'add "utls": {"enabled": true}',
    )
  }
}

function checkWord(owner: Place | undefined, key: string, known: readonly string[]): void {
  const at = owner?.child(key)
  if (typeof at?.value === 'string') checkOne(at, known)
}

function checkOne(at: Place, known: readonly string[]): void {
  const found = String(at.value)
  if (known.includes(found)) return
  const words = known.filter((name) => name !== '').join(', ')
  at.report('VM-B08', `sing-box refuses ${quote(found)} here`, `one of ${words}`)
}

function inspectId(user: Place): void {
  const at = user.child('uuid')
  if (at === undefined) user.spot('uuid').report('VM-B02', 'uuid is missing', 'make one with: vmess uuid')
  else {
    const id = text.read(at)
    if (id !== '' && !PLACEHOLDER.test(id)) return
    at.report('VM-B02', 'the id is a placeholder', 'make one with: vmess uuid')
  }
}

function inspectTransport(part: Place): void {
  const transport = part.child('transport')
  if (transport === undefined || transport.node.type !== 'object' || transport.entries().size === 0) return
  const type = textOf(transport, 'type')
  const keys = TRANSPORT_KEYS.get(type)
  if (keys === undefined) {
    transport.spot('type').report('VM-B04', `${quote(type)} is no transport of sing-box`)
    return
  }
  checkKeys(transport, keys)
  if (type === 'quic' && part.child('tls')?.child('enabled')?.value !== true) {
    transport.report('VM-B04', 'quic needs TLS, and sing-box refuses it without')
  }
}
