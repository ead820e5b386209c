/** A file in the form of sing-box, as far as VMess goes (config §13). */
import type { Place } from '../place.js'
import { quote, text, wholeNumber } from '../scalars.js'
import { ruled } from '../shape.js'
import { objects, word } from './view.js'

const INBOUNDS: readonly string[] = [
  ...['direct', 'mixed', 'socks', 'http', 'shadowsocks', 'vmess', 'trojan', 'naive', 'hysteria', 'hysteria2'],
  ...['shadowtls', 'tuic', 'vless', 'anytls', 'tun', 'redirect', 'tproxy'],
]
const OUTBOUNDS: readonly string[] = [
  ...[
    'direct',
    'block',
    'socks',
    'http',
    'shadowsocks',
    'vmess',
    'trojan',
    'wireguard',
    'hysteria',
    'hysteria2',
  ],
  ...['vless', 'shadowtls', 'tuic', 'anytls', 'tor', 'ssh', 'dns', 'selector', 'urltest'],
]
const TRANSPORTS: readonly string[] = ['http', 'ws', 'quic', 'grpc', 'httpupgrade']
const SECURITIES: readonly string[] = [
  ...['', 'auto', 'none', 'zero', 'aes-128-cfb', 'aes-128-gcm', 'chacha20-poly1305', 'aes-128-ctr'],
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
  for (const inbound of objects(root.child('inbounds')?.items())) {
    inspectType(inbound, INBOUNDS)
    const listenPort = inbound.child('listen_port')
    if (listenPort !== undefined) port.read(listenPort)
    if (word(inbound, 'type') === 'vmess') inspectInbound(inbound)
  }
  for (const outbound of objects(root.child('outbounds')?.items())) {
    inspectType(outbound, OUTBOUNDS)
    if (word(outbound, 'type') === 'vmess') inspectOutbound(outbound)
  }
}

function inspectType(part: Place, known: readonly string[]): void {
  const found = word(part, 'type')
  if (!known.includes(found))
    part.spot('type').report('VM-B01', `${quote(found)} is no type of sing-box here`)
}

function inspectInbound(inbound: Place): void {
  if (inbound.child('listen_port') === undefined)
    inbound.spot('listen_port').report('VM-B03', 'it is missing')
  for (const user of objects(inbound.child('users')?.items())) {
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
  inspectId(outbound)
  inspectTransport(outbound)
  const serverPort = outbound.child('server_port')
  if (serverPort === undefined) outbound.spot('server_port').report('VM-B03', 'it is missing')
  else port.read(serverPort)
  const given = outbound.child('alter_id')
  if (given !== undefined) alterId.read(given)
  const security = word(outbound, 'security')
  if (!SECURITIES.includes(security)) {
    outbound.spot('security').report('VM-B05', `${quote(security)} is not known to sing-box`)
  }
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
  const type = word(transport, 'type')
  if (transport === undefined || type === '' || TRANSPORTS.includes(type)) return
  transport.spot('type').report('VM-B04', `${quote(type)} is no transport of sing-box`)
}
