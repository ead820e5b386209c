/** What is of V2Ray 3 or discouraged, whatever the target: the same in today's form. */
import {
  type Data,
  get,
  getData,
  getList,
  getText,
  isData,
  partsOf,
  put,
  type Step,
  take,
  usersOf,
} from './document.js'

const LEGACY = {
  inbounds: ['inbound', 'inboundDetour'],
  outbounds: ['outbound', 'outboundDetour'],
} as const

/** `inbound` first, then the detours, then the list: the order in which V2Ray joins them. */
export const joinLists: Step = ({ root, changes }) => {
  for (const [key, olds] of Object.entries(LEGACY)) {
    const found = olds
      .map((old) => [old, take(root, old)] as const)
      .filter(([, value]) => value !== undefined)
    if (found.length === 0) continue
    const parts = [...found.map(([, value]) => value), take(root, key)].flat().filter(isData)
    root[key] = parts
    for (const [old] of found) changes.push({ path: `/${old}`, effect: 'rewritten', what: `now in ${key}` })
  }
  const port = take(root, 'port')
  const [first] = getList(root, 'inbounds')
  if (port === undefined || first === undefined) return
  if (get(first, 'port') === undefined) first.port = port
  changes.push({ path: '/port', effect: 'rewritten', what: 'now the port of the first inbound' })
}

/** `routing.settings` behind the rules beside it. */
export const liftRouting: Step = ({ root, changes }) => {
  const routing = getData(root, 'routing')
  const settings = routing && take(routing, 'settings')
  if (routing === undefined || !isData(settings)) return
  put(routing, 'rules', [...getList(routing, 'rules'), ...getList(settings, 'rules')])
  const strategy = getText(settings, 'domainStrategy')
  if (strategy !== '' && getText(routing, 'domainStrategy') === '') put(routing, 'domainStrategy', strategy)
  take(routing, 'strategy')
  changes.push({ path: '/routing/settings', effect: 'rewritten', what: 'now in routing itself' })
}

export const writeSniffing: Step = ({ root, changes }) => {
  for (const { part, path } of partsOf(root, 'inbounds')) {
    const names = take(part, 'domainOverride')
    if (names === undefined) continue
    if (get(part, 'sniffing') === undefined) part.sniffing = { enabled: true, destOverride: names }
    changes.push({ path: `${path}/domainOverride`, effect: 'rewritten', what: 'now sniffing' })
  }
}

const BLOCKS = ['tcpSettings', 'kcpSettings', 'wsSettings', 'httpSettings', 'dsSettings']

/** Defaults for all become settings of each that lacks them. */
export const spreadTransport: Step = ({ root, changes }) => {
  const transport = take(root, 'transport')
  if (!isData(transport)) return
  const given = BLOCKS.filter((block) => get(transport, block) !== undefined)
  const parts = [...partsOf(root, 'inbounds'), ...partsOf(root, 'outbounds')]
  for (const { part } of parts) {
    const stream = getData(part, 'streamSettings')
    const used = given.filter((block) => isUsed(stream, block) && get(stream, block) === undefined)
    if (used.length === 0) continue
    const target = stream ?? {}
    put(part, 'streamSettings', target)
    for (const block of used) target[block] = structuredClone(get(transport, block))
  }
  changes.push({ path: '/transport', effect: 'rewritten', what: 'now in each streamSettings that uses it' })
}

function isUsed(stream: Data | undefined, block: string): boolean {
  const network = getText(stream, 'network').toLowerCase() || 'tcp'
  const names: Readonly<Record<string, string>> = {
    mkcp: 'kcp',
    websocket: 'ws',
    h2: 'http',
    domainsocket: 'ds',
  }
  return block === `${names[network] ?? network}Settings`
}

/** The old header is refused by everything new. */
export const dropAlterIds: Step = ({ root, changes }) => {
  for (const { part, path } of partsOf(root, 'inbounds')) {
    const defaults = getData(getData(part, 'settings'), 'default')
    const alterId = get(defaults, 'alterId')
    if (defaults === undefined || typeof alterId !== 'number' || alterId === 0) continue
    put(defaults, 'alterId', 0)
    changes.push({
      path: `${path}/settings/default/alterId`,
      effect: 'rewritten',
      what: `0 instead of ${alterId}`,
    })
  }
  const parts = [...partsOf(root, 'inbounds'), ...partsOf(root, 'outbounds')]
  for (const { user, path } of parts.flatMap(({ part, path }) => usersOf(part, path))) {
    const alterId = get(user, 'alterId')
    if (typeof alterId !== 'number' || alterId === 0) continue
    put(user, 'alterId', 0)
    changes.push({ path: `${path}/alterId`, effect: 'rewritten', what: `0 instead of ${alterId}` })
  }
}
