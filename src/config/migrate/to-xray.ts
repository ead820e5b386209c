/** What Xray removed or ignores (config §15, share formats §9.6). */
import {
  get,
  getData,
  getList,
  getText,
  partsOf,
  protocolOf,
  put,
  type Step,
  take,
  usersOf,
} from './document.js'

/** Dynamic ports: clients stay on the main one, which served them at first anyway. */
export const dropDynamicPorts: Step = ({ root, changes }) => {
  const targets = new Set<string>()
  for (const { part, path } of partsOf(root, 'inbounds')) {
    const settings = getData(part, 'settings')
    const features = settings && getData(settings, 'features')
    const detour = settings && (getData(settings, 'detour') ?? getData(features, 'detour'))
    if (settings === undefined || detour === undefined) continue
    targets.add(getText(detour, 'to'))
    take(settings, 'detour')
    take(settings, 'features')
    changes.push({ path: `${path}/settings/detour`, effect: 'removed', what: 'clients stay on this port' })
  }
  const kept = partsOf(root, 'inbounds').filter(({ part, path }) => {
    const clients = getList(getData(part, 'settings'), 'clients')
    const isDynamic = targets.has(getText(part, 'tag')) && clients.length === 0
    if (isDynamic) changes.push({ path, effect: 'removed', what: 'an inbound for dynamic ports only' })
    return !isDynamic
  })
  if (get(root, 'inbounds') !== undefined)
    put(
      root,
      'inbounds',
      kept.map(({ part }) => part),
    )
  for (const { part, path } of kept) {
    if (take(part, 'allocate') === undefined) continue
    changes.push({ path: `${path}/allocate`, effect: 'removed', what: 'all ports of the range are open' })
  }
}

export const dropSwitches: Step = ({ root, changes }) => {
  for (const { part, path } of partsOf(root, 'inbounds')) {
    const settings = getData(part, 'settings')
    if (protocolOf(part) !== 'vmess' || settings === undefined) continue
    if (take(settings, 'disableInsecureEncryption') === true) {
      const what = 'Xray refuses clear text by itself since 26.7.11'
      changes.push({ path: `${path}/settings/disableInsecureEncryption`, effect: 'removed', what })
    }
    take(settings, 'default')
  }
  const parts = [...partsOf(root, 'inbounds'), ...partsOf(root, 'outbounds')]
  for (const { user, path } of parts.flatMap(({ part, path }) => usersOf(part, path))) {
    take(user, 'alterId')
    const security = getText(user, 'security').toLowerCase()
    if (security !== 'none' && security !== 'zero') continue
    put(user, 'security', 'auto')
    changes.push({ path: `${path}/security`, effect: 'rewritten', what: `auto instead of ${security}` })
  }
  if (take(root, 'reverse') !== undefined) {
    changes.push({ path: '/reverse', effect: 'lost', what: 'Xray removed reverse proxying in 26.4.25' })
  }
}

/** V2Ray lets everybody who may sign in go everywhere; Xray asks to be told so since 26.5.3. */
export const allowPrivate: Step = ({ root, changes }) => {
  if (!partsOf(root, 'inbounds').some(({ part }) => protocolOf(part) === 'vmess')) return
  for (const { part, path } of partsOf(root, 'outbounds')) {
    if (protocolOf(part) !== 'freedom') continue
    const settings = getData(part, 'settings') ?? {}
    if (get(settings, 'finalRules') !== undefined) continue
    put(part, 'settings', { ...settings, finalRules: [{ action: 'allow' }] })
    const what = 'private destinations stay reachable, as with V2Ray; take it out if they should not'
    changes.push({ path: `${path}/settings/finalRules`, effect: 'rewritten', what })
  }
}

/** One outbound has one server and one user; the others become outbounds of their own. */
export const splitServers: Step = ({ root, changes }) => {
  for (const { part, path } of partsOf(root, 'outbounds')) {
    const servers = getList(getData(part, 'settings'), 'vnext')
    const users = servers.reduce((sum, server) => sum + getList(server, 'users').length, 0)
    if (protocolOf(part) !== 'vmess' || users < 2) continue
    const [first] = servers
    const [user] = getList(first, 'users')
    put(getData(part, 'settings') ?? {}, 'vnext', [{ ...first, users: [user] }])
    const what = `only the first of ${servers.length} servers and ${users} users is kept; write a balancer for more`
    changes.push({ path: `${path}/settings/vnext`, effect: 'lost', what })
  }
}

/** Streams that Xray has no more. */
export const reportStreams: Step = ({ root, changes }) => {
  for (const { part, path } of [...partsOf(root, 'inbounds'), ...partsOf(root, 'outbounds')]) {
    const stream = getData(part, 'streamSettings')
    const at = `${path}/streamSettings`
    const kcp = getData(stream, 'kcpSettings')
    const isKcp = /^m?kcp$/i.test(getText(stream, 'method') || getText(stream, 'network'))
    if (isKcp && get(stream, 'finalmask') === undefined) {
      const what =
        'without finalmask the kcp of Xray is another one since 26.1.31, and what masks it changed in 26.6.1'
      changes.push({ path: `${at}/finalmask`, effect: 'lost', what })
    }
    for (const key of ['header', 'seed']) {
      const isPlain = key === 'header' && getText(getData(kcp, key), 'type').toLowerCase() === 'none'
      const value = kcp && take(kcp, key)
      if (value === undefined || isPlain) continue
      changes.push({
        path: `${at}/kcpSettings/${key}`,
        effect: 'lost',
        what: 'it belongs into finalmask now',
      })
    }
    const tls = getData(stream, 'tlsSettings')
    if (tls !== undefined && take(tls, 'allowInsecure') === true) {
      const what = 'Xray always checks certificates since 26.1.31; pin it with pinnedPeerCertSha256'
      changes.push({ path: `${at}/tlsSettings/allowInsecure`, effect: 'lost', what })
    }
  }
}
