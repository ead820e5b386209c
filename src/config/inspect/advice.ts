/** Safety and habits: accepted by every program, and probably not meant. */
import { parseIp } from '../../address/ip.js'
import type { Place } from '../place.js'
import { clientsOf, type FileView, type Part, serversOf, textOf, textsOf, usersOf, word } from './view.js'

const LOCAL_PROXIES: readonly string[] = ['socks', 'http', 'mixed']
const SHORTEST_PASSWORD = 8
/** Of manuals and templates. */
const EXAMPLE_PASSWORDS: readonly string[] = [
  'password',
  'my-password',
  'yourpassword',
  'changeme',
  '12345678',
]

/** Ids that stand in manuals, templates and scripts, without their dashes. */
const KNOWN_IDS: ReadonlySet<string> = new Set([
  '23ad6b108d1a40f78ad0e3e35cd38297',
  'b831381d63244d53ad4f8cda48b30811',
  '278487397e6241389fd3098a63964b6b',
  'ad8064872d26463698b6ab85cc8521f7',
  'e55c8d172cf3b21abcf1eeacb011ed79',
  'a3482e88686a4a58812699c9df64b7bf',
  '5783a3e7e37351cd8642c83782b807c5',
  'bf000d23075240b4affe68f7707a9661',
])
/** Fewer different digits than this nobody gets by chance. */
const LEAST_DIGITS = 6

export function inspectAdvice(view: FileView): void {
  const detours = new Set(view.inbounds.map(({ settings }) => textOf(settings?.child('detour'), 'to')))
  for (const inbound of view.inbounds) {
    inspectProxy(inbound)
    inspectClients(inbound, detours)
    inspectInboundStream(inbound)
    inspectUnix(inbound)
  }
  for (const outbound of view.outbounds) {
    inspectUsers(outbound)
    inspectOutboundStream(outbound)
    inspectServers(outbound)
  }
}

/** Socks asks for accounts only when told to, http as soon as there are some. */
function inspectProxy({ place, protocol, settings }: Part): void {
  if (!LOCAL_PROXIES.includes(protocol)) return
  const accounts = (settings?.child('accounts') ?? settings?.child('users'))?.items() ?? []
  const asked = accounts.length > 0 && (protocol === 'http' || textOf(settings, 'auth') === 'password')
  const listen = textOf(place, 'listen')
  if (!asked && !isLocal(listen)) {
    const where = listen === '' ? 'without "listen" it is open to every network' : 'this is not loopback'
    place.spot('listen').report('VM-W03', `${where}, and nobody is asked for a password`)
  }
  for (const account of accounts) {
    const pass = textOf(account, 'pass')
    const isWeak = pass.length < SHORTEST_PASSWORD || EXAMPLE_PASSWORDS.includes(pass.toLowerCase())
    if (account.node.type === 'object' && isWeak)
      account.spot('pass').report('VM-W04', 'this password is easy to guess')
  }
}

function isLocal(listen: string): boolean {
  return listen === 'localhost' || listen === '::1' || listen.startsWith('127.') || /^[/@]/.test(listen)
}

/** `detours`: the tags of inbounds that others hand their clients on to. */
function inspectClients(inbound: Part, detours: ReadonlySet<string>): void {
  if (inbound.protocol !== 'vmess') return
  const clients = clientsOf(inbound)
  for (const client of clients) {
    inspectId(client)
    inspectAlterId(client)
    if (clients.length > 1 && textOf(client, 'email') === '') {
      client.spot('email').report('VM-U13', 'this user cannot be told apart in logs and counters')
    }
  }
  const isTarget = inbound.tag !== '' && detours.has(inbound.tag)
  if (clients.length === 0 && !isTarget) {
    const at = inbound.settings?.spot('clients') ?? inbound.place
    at.report('VM-U11', 'nobody can sign in here')
  }
}

function inspectUsers(outbound: Part): void {
  for (const user of usersOf(outbound)) {
    inspectId(user)
    inspectAlterId(user)
    const security = word(user, 'security')
    if (security === 'aes-128-cfb') {
      const at = user.spot('security')
      at.report('VM-U09', 'V2Ray and Xray take this for auto', { fix: at.replacedBy('"auto"') })
    }
    if (['none', 'zero'].includes(security) && outbound.security === 'none') {
      user.spot('security').report('VM-U10', 'everything but the addresses travels in clear text')
    }
  }
}

function inspectId(user: Place): void {
  const id = word(user, 'id').replaceAll('-', '')
  if (!/^[0-9a-f]{32}$/.test(id)) return
  const isGuessable = new Set(id).size < LEAST_DIGITS || id.startsWith('1234567812341234')
  if (KNOWN_IDS.has(id)) user.spot('id').report('VM-U04', 'this id stands in public examples')
  else if (isGuessable) user.spot('id').report('VM-U04', 'this id is easy to guess')
}

function inspectAlterId(user: Place): void {
  const at = user.child('alterId')
  if (typeof at?.value !== 'number' || at.value <= 0 || at.value > 65_535) return
  at.report('VM-A03', 'V2Ray 5 and Xray servers refuse the old header that this switches to')
}

function inspectInboundStream(inbound: Part): void {
  const { stream, network } = inbound
  const path = pathOf(inbound)
  if (path !== undefined && /[?&]ed=\d/.test(path.value as string)) {
    path.report('VM-N08', 'a V2Ray server takes ?ed= for a part of the path')
  }
  inspectPath(path)
  const proxied = stream?.child('sockopt')?.child('acceptProxyProtocol')
  const tcp = stream?.child('tcpSettings') ?? stream?.child('rawSettings')
  if (network === 'tcp' && proxied?.value === true && tcp?.child('acceptProxyProtocol')?.value !== true) {
    proxied.report('VM-N13', 'V2Ray looks at tcpSettings only')
  }
}

/** `path` of the settings that the network reads. */
function pathOf({ stream, network }: Part): Place | undefined {
  const key = /^ws$|^websocket$/.test(network) ? 'wsSettings' : `${network}Settings`
  const found = stream?.child(key)?.child('path')
  return found?.node.type === 'string' ? found : undefined
}

function inspectPath(path: Place | undefined): void {
  if (path === undefined) return
  const value = path.value as string
  if (value === '' || value.startsWith('/')) return
  path.report('VM-N09', 'a slash is put in front', { fix: path.replacedBy(JSON.stringify(`/${value}`)) })
}

function inspectOutboundStream(outbound: Part): void {
  const { network, security, stream } = outbound
  inspectPath(pathOf(outbound))
  if (['h2', 'http'].includes(network) && security === 'none' && outbound.protocol === 'vmess') {
    stream?.spot('security').report('VM-N14', 'V2Ray does not connect with h2 without TLS')
  }
  if (security !== 'tls') return
  const tls = stream?.child('tlsSettings')
  inspectAlpn(tls, network)
  const isNameless = textOf(tls, 'serverName') === '' && tls?.child('allowInsecure')?.value !== true
  const byAddress = serversOf(outbound).find(
    (server) => parseIp(textOf(server, 'address').replace(/^\[(.*)\]$/, '$1')) !== undefined,
  )
  if (isNameless && byAddress !== undefined) {
    const at = tls?.spot('serverName') ?? stream
    at?.report('VM-S07', `${byAddress.path} is an IP address, and no serverName is given`)
  }
}

function inspectAlpn(tls: Place | undefined, network: string): void {
  const alpn = textsOf(tls, 'alpn').map(({ text }) => text.trim())
  if (alpn.length === 0) return
  const wanted = /^(h2|http|grpc|gun)$/.test(network)
    ? 'h2'
    : /^(ws|websocket|httpupgrade)$/.test(network) && 'http/1.1'
  if (wanted !== false && alpn[0] !== wanted) {
    tls?.spot('alpn').report('VM-S08', `${network} needs ${wanted}, in front of others`)
  }
}

function inspectServers(outbound: Part): void {
  if (!['socks', 'http'].includes(outbound.protocol) || serversOf(outbound).length > 0) return
  const at = outbound.settings?.spot('servers') ?? outbound.place
  at.report('VM-O08', 'there is no server')
}

function inspectUnix({ place, protocol }: Part): void {
  const isUnix = /^[/@]/.test(textOf(place, 'listen'))
  if (isUnix && ['socks', 'dokodemo-door', 'shadowsocks'].includes(protocol)) {
    place.spot('listen').report('VM-P06', `V2Ray does not run ${protocol} on a unix socket`)
  }
}
