/** What Xray writes and V2Ray does not read. */
import {
  type Data,
  get,
  getData,
  getList,
  getText,
  keyOf,
  partsOf,
  protocolOf,
  put,
  type Step,
  take,
} from './document.js'

const IN_NAMES: Readonly<Record<string, string>> = { mixed: 'socks', tunnel: 'dokodemo-door' }
const OUT_NAMES: Readonly<Record<string, string>> = { direct: 'freedom', block: 'blackhole' }

/** Xray's names for protocols. Its `mixed` is its socks, which also speaks HTTP. */
export const renameProtocols: Step = ({ root, changes }) => {
  for (const key of ['inbounds', 'outbounds'] as const) {
    for (const { part, path } of partsOf(root, key)) {
      const found = protocolOf(part)
      const name = (key === 'inbounds' ? IN_NAMES : OUT_NAMES)[found]
      if (name === undefined) continue
      put(part, 'protocol', name)
      const at = `${path}/protocol`
      changes.push({ path: at, effect: 'rewritten', what: `${name} instead of ${found}` })
      if (found === 'mixed') changes.push({ path: at, effect: 'lost', what: 'HTTP on the port of socks' })
    }
  }
}

const USER_KEYS = ['id', 'alterId', 'security', 'level', 'email', 'experiments']

/** A server written straight into `settings`, and users that are not called clients. */
export const nestServers: Step = ({ root, changes }) => {
  for (const { part, path } of partsOf(root, 'outbounds')) {
    const settings = getData(part, 'settings')
    if (protocolOf(part) !== 'vmess' || settings === undefined || get(settings, 'address') === undefined)
      continue
    const user = Object.fromEntries(
      USER_KEYS.flatMap((key) => {
        const value = take(settings, key)
        return value === undefined ? [] : [[key, value]]
      }),
    )
    take(settings, 'vnext')
    const server = { address: take(settings, 'address'), port: take(settings, 'port'), users: [user] }
    settings.vnext = [server]
    changes.push({ path: `${path}/settings`, effect: 'rewritten', what: 'the server now stands in vnext' })
  }
  for (const { part, path } of partsOf(root, 'inbounds')) {
    const settings = getData(part, 'settings')
    const isNamed = settings !== undefined && keyOf(settings, 'clients') === undefined
    if (protocolOf(part) !== 'vmess' || !isNamed || get(settings, 'users') === undefined) continue
    settings.clients = take(settings, 'users')
    changes.push({ path: `${path}/settings/users`, effect: 'rewritten', what: 'now clients' })
  }
}

export const typeRules: Step = ({ root, changes }) => {
  for (const [i, rule] of getList(getData(root, 'routing'), 'rules').entries()) {
    if (getText(rule, 'type').toLowerCase() === 'field') continue
    put(rule, 'type', 'field')
    changes.push({
      path: `/routing/rules/${i}/type`,
      effect: 'rewritten',
      what: '"field", which V2Ray asks for',
    })
  }
}

/** Streams: Xray's names, its Host and its early data. */
export const rewriteStreams: Step = ({ root, target, changes }) => {
  for (const side of ['inbounds', 'outbounds'] as const) {
    for (const { part, path } of partsOf(root, side)) {
      const stream = getData(part, 'streamSettings')
      if (stream === undefined) continue
      const at = `${path}/streamSettings`
      const say = (key: string, effect: 'rewritten' | 'lost', what: string): void => {
        changes.push({ path: `${at}/${key}`, effect, what })
      }
      renameNetwork(stream, say)
      moveHost(stream, side, say)
      if (target === 'v2ray4') splitEarlyData(stream, say)
      else writeEarlyData(stream, side, say)
    }
  }
}

type Say = (key: string, effect: 'rewritten' | 'lost', what: string) => void

function renameNetwork(stream: Data, say: Say): void {
  const method = take(stream, 'method')
  if (typeof method === 'string') put(stream, 'network', method)
  const raw = take(stream, 'rawSettings')
  if (raw !== undefined) put(stream, 'tcpSettings', raw)
  const isRaw = getText(stream, 'network').toLowerCase() === 'raw'
  if (isRaw) put(stream, 'network', 'tcp')
  if (method !== undefined || raw !== undefined || isRaw) say('network', 'rewritten', "V2Ray's names")
}

/** V2Ray knows a Host among the headers only, and does not check it on a server. */
function moveHost(stream: Data, side: 'inbounds' | 'outbounds', say: Say): void {
  const ws = getData(stream, 'wsSettings')
  const host = ws && take(ws, 'host')
  if (ws === undefined || typeof host !== 'string' || host === '') return
  if (side === 'inbounds') {
    say('wsSettings/host', 'lost', 'a V2Ray server does not check the Host')
    return
  }
  ws.headers = { ...getData(ws, 'headers'), Host: host }
  say('wsSettings/host', 'rewritten', 'now among the headers')
}

const EARLY = /[?&]ed=(\d+)/

function splitEarlyData(stream: Data, say: Say): void {
  const ws = getData(stream, 'wsSettings')
  const path = getText(ws, 'path')
  if (ws === undefined || !EARLY.test(path)) return
  put(ws, 'path', withoutEarly(path))
  say('wsSettings/path', 'rewritten', 'without ?ed=: V2Ray 4.34 has no early data, and works without')
}

function writeEarlyData(stream: Data, side: 'inbounds' | 'outbounds', say: Say): void {
  const ws = getData(stream, 'wsSettings')
  const path = getText(ws, 'path')
  const bytes = EARLY.exec(path)?.[1]
  if (ws === undefined || bytes === undefined) return
  put(ws, 'path', withoutEarly(path))
  if (side === 'outbounds') put(ws, 'maxEarlyData', Number(bytes))
  put(ws, 'earlyDataHeaderName', 'Sec-WebSocket-Protocol')
  say('wsSettings/path', 'rewritten', '?ed= is now maxEarlyData and earlyDataHeaderName')
}

function withoutEarly(path: string): string {
  const bare = path.replace(/([?&])ed=\d+&?/, '$1')
  return bare.replace(/[?&]$/, '')
}
