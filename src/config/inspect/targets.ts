/** What one program refuses or does differently, seen from the whole file (config §15). */
import type { Place } from '../place.js'
import { TARGET_NAMES, type Target } from '../rules/rule.js'
import { quote } from '../scalars.js'
import { NETWORKS, PROTOCOLS, SECURITIES, UNREAD_TLS } from './target-words.js'
import { inspectForXray } from './xray.js'
import { clientsOf, type FileView, type Part, serversOf, textOf, usersOf, word } from './view.js'

const LEGACY_KEYS = ['inbound', 'outbound', 'inboundDetour', 'outboundDetour'] as const
/** Sections that sing-box and mihomo write in their own way. */
const OWN_SECTIONS = ['policy', 'stats', 'api', 'dns', 'routing'] as const

/** Without a target only what every reader should know is said; the judge drops the rest. */
export function inspectForTarget(view: FileView, target: Target | undefined): void {
  inspectTopLevel(view)
  for (const inbound of view.inbounds) inspectInbound(inbound)
  for (const outbound of view.outbounds) inspectOutbound(outbound, view)
  if (target === undefined || target === 'vmess') return
  for (const part of [...view.inbounds, ...view.outbounds]) {
    inspectNetwork(part, target)
    inspectTls(part, target)
    inspectCiphers(part, target)
    if (target === 'xray') inspectForXray(part)
  }
  inspectProtocols(view.inbounds, PROTOCOLS.inbound[target], target)
  inspectProtocols(view.outbounds, PROTOCOLS.outbound[target], target)
}

function inspectTopLevel({ root }: FileView): void {
  for (const key of LEGACY_KEYS) {
    const at = root.child(key)
    at?.report('VM-T01', `${key} is the form of V2Ray 3`, 'vmess migrate writes it as a list')
  }
  const transport = root.child('transport')
  if (transport !== undefined && transport.entries().size > 0) {
    transport.report(
      'VM-T02',
      'transport settings for all are not known',
      'write them into each streamSettings',
    )
  }
  root.child('reverse')?.report('VM-T19', 'there is no reverse proxying')
  const old = root.child('routing')?.child('settings')
  old?.report('VM-T14', 'ignored, with all rules in it', 'move its contents up into routing')
  for (const key of OWN_SECTIONS) {
    root.child(key)?.report('VM-T21', `${key} is written differently there and is not carried over`)
  }
}

function inspectInbound(inbound: Part): void {
  const { place, settings, protocol } = inbound
  place.child('domainOverride')?.report('VM-T15', 'ignored', 'write "sniffing" instead')
  place.child('allocate')?.report('VM-T07', 'ignored: all ports of the range are open')
  if (protocol !== 'vmess') return
  settings?.child('detour')?.report('VM-T07', 'ignored: clients stay on this port')
  const strict = settings?.child('disableInsecureEncryption')
  if (strict?.value === true) strict.report('VM-T13', 'ignored')
  const users = settings?.child('users')
  if (users !== undefined && settings?.child('clients') === undefined) {
    users.report('VM-T10', 'ignored: nobody can sign in', 'write "clients"')
  }
  for (const client of clientsOf(inbound)) inspectLegacyHeader(client)
}

function inspectLegacyHeader(user: Place): void {
  const at = user.child('alterId')
  if (typeof at?.value === 'number' && at.value > 0) {
    at.report('VM-T06', 'the old header is ignored or refused', 'write 0, on both sides')
  }
}

function inspectOutbound(outbound: Part, view: FileView): void {
  const { place, settings, protocol, stream } = outbound
  if (protocol === 'freedom') inspectFreedom(outbound, view)
  if (protocol !== 'vmess' || settings === undefined) return
  const servers = serversOf(outbound)
  const users = usersOf(outbound)
  if (servers[0] === settings)
    settings.spot('address').report('VM-T09', 'only Xray reads a server written so')
  if (servers.length > 1) settings.spot('vnext').report('VM-T08', `${servers.length} servers in one outbound`)
  else if (users.length > 1) servers[0]?.spot('users').report('VM-T08', `${users.length} users on one server`)
  if (place.child('mux')?.child('enabled')?.value === true) {
    place.spot('mux').report('VM-T16', 'Mux.Cool is not spoken')
  }
  for (const user of users) inspectLegacyHeader(user)
  const path = stream?.child('wsSettings')?.child('path')
  if (typeof path?.value === 'string' && /[?&]ed=\d/.test(path.value)) {
    path.report('VM-T20', '?ed= is taken for a part of the path')
  }
}

function inspectFreedom({ settings, place }: Part, { inbounds }: FileView): void {
  const strategy = word(settings, 'domainStrategy').replace(/[-_]/g, '')
  if (strategy !== '' && !/^(asis|(use|force)ip(v?[46]){0,2})$/.test(strategy)) {
    settings?.spot('domainStrategy').report('VM-T23', 'this word is refused')
  }
  const serves = inbounds.some(({ protocol }) =>
    ['vmess', 'vless', 'trojan', 'shadowsocks'].includes(protocol),
  )
  if (serves && settings?.child('finalRules') === undefined) {
    place.report('VM-T17', 'private and local destinations are refused')
  }
}

function inspectNetwork(part: Part, target: Exclude<Target, 'vmess'>): void {
  const { stream, network, security } = part
  if (stream === undefined) return
  const name = TARGET_NAMES[target]
  const at = stream.child('method') ?? stream.spot('network')
  if (!NETWORKS[target].includes(network)) at.report('VM-T03', `${name} has no ${quote(network)}`)
  if (!SECURITIES[target].includes(security)) {
    stream.spot('security').report('VM-T12', `${name} has no ${quote(security)}`)
  }
  const kcp = stream.child('kcpSettings')
  for (const key of ['header', 'seed'])
    kcp?.child(key)?.report('VM-T04', 'refused here', 'move it to finalmask')
  const header = stream.child('tcpSettings')?.child('header')
  if (word(header, 'type') === 'http') header?.report('VM-T22', `${name} has no such header`)
  if (target === 'v2ray4') {
    stream.child('wsSettings')?.child('maxEarlyData')?.report('VM-T20', 'early data came with V2Ray 4.37')
  }
}

function inspectCiphers(part: Part, target: Exclude<Target, 'vmess'>): void {
  const name = TARGET_NAMES[target]
  for (const user of usersOf(part)) {
    const cipher = word(user, 'security')
    const isLost = target === 'v2ray4' ? cipher === 'zero' : cipher === 'none' || cipher === 'zero'
    if (isLost) user.spot('security').report('VM-T05', `${name} takes ${quote(cipher)} for auto`)
  }
}

function inspectTls({ stream }: Part, target: Exclude<Target, 'vmess'>): void {
  const tls = stream?.child('tlsSettings')
  for (const key of UNREAD_TLS[target]) {
    const at = tls?.child(key)
    if (at !== undefined) at.report('VM-T18', `${TARGET_NAMES[target]} ignores this`)
  }
}

function inspectProtocols(
  parts: readonly Part[],
  known: readonly string[] | undefined,
  target: Exclude<Target, 'vmess'>,
): void {
  if (known === undefined) return
  for (const { place, protocol } of parts) {
    if (protocol === '' || known.includes(protocol)) continue
    const written = textOf(place, 'protocol')
    place.spot('protocol').report('VM-T11', `${TARGET_NAMES[target]} has no ${quote(written)} here`)
  }
}
