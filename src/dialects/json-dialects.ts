/** JSON of any program → nodes, and the dialect it is in (share-formats §5, §6.1, §9). */
import { Fault } from '../faults/fault.js'
import type { DialectId } from './dialect-ids.js'
import { parseJsonSource } from './json-source.js'
import { LinkFields } from './link-fields.js'
import { assertCount, type NodeReading, readNode, shareFault } from './node-reading.js'
import type { JsonValue } from './profile.js'
import { readSingBoxOutbound } from './sing-box-reader.js'
import { readShareLink } from './share-link.js'
import { readV2rayOutbound } from './v2ray-reader.js'
import { readV2ray5Outbound } from './v2ray5-dialect.js'
import { readV2raynFields } from './v2rayn-reader.js'

type JsonObject = Readonly<Record<string, JsonValue>>

export interface JsonReading {
  /** Undefined when no node says. */
  readonly dialect: DialectId | undefined
  readonly nodes: readonly NodeReading[]
}

/** What carries no traffic to a server of its own. */
const NO_SERVERS: readonly string[] = [
  'freedom',
  'blackhole',
  'direct',
  'block',
  'dns',
  'loopback',
  'selector',
  'urltest',
]

/** Every node of a JSON text. Throws `LINK_SYNTAX` for what is no JSON. */
export function readJsonText(text: string, wanted?: DialectId): JsonReading {
  return readJsonDocument(parseJsonSource(text), wanted)
}

/** The same for a parsed text. Throws `LINK_SOURCE_SIZE` for a list that is longer than any of nodes. */
export function readJsonDocument(root: JsonValue, wanted?: DialectId): JsonReading {
  const nodes = readAny(root, { where: '', wanted, faults: new Map() })
  const first = nodes.find((node) => node.ok)
  return { dialect: first?.ok === true ? first.dialect : undefined, nodes }
}

interface Context {
  readonly where: string
  readonly wanted: DialectId | undefined
  /** Of the nodes so far. */
  readonly faults: Map<string, Fault>
}

function readAny(value: JsonValue, context: Context): readonly NodeReading[] {
  if (Array.isArray(value)) return eachItem(value, context, readAny)
  if (typeof value === 'string' && value.includes('://')) return [readLinkNode(value, context.where)]
  return isObject(value) ? readObject(value, context) : []
}

function eachItem(
  list: readonly JsonValue[],
  context: Context,
  read: (item: JsonValue, context: Context) => readonly NodeReading[],
): readonly NodeReading[] {
  assertCount(list.length)
  return list.flatMap((item, i) =>
    read(item, { ...context, where: `${context.where}/${i}` }).map((node) =>
      shareFault(node, context.faults),
    ),
  )
}

function readLinkNode(link: string, where: string): NodeReading {
  return readNode(where, () => {
    const { profile, style, notes } = readShareLink(link)
    return { profile, dialect: style, notes }
  })
}

function readObject(object: JsonObject, context: Context): readonly NodeReading[] {
  const { where } = context
  const lists = ['outbounds', 'outbound', 'outboundDetour'].filter((key) => Object.hasOwn(object, key))
  if (lists.length > 0) {
    const defaults = object.transport
    return lists.flatMap((key) => readList(object[key], { ...context, where: `${where}/${key}`, defaults }))
  }
  if (Array.isArray(object.servers) && Object.hasOwn(object, 'version')) {
    return eachItem(object.servers, { ...context, where: `${where}/servers` }, (server, { where: at }) => [
      sip008Node(server, at),
    ])
  }
  if ('protocol' in object || 'type' in object || 'vnext' in object) return readOutbound(object, context)
  return 'add' in object && 'id' in object ? [readV2raynObject(object, where)] : []
}

interface OutboundContext extends Context {
  readonly defaults?: JsonValue | undefined
}

/** Outbounds of a file; the older style has one object in place of a list. */
function readList(value: JsonValue | undefined, context: OutboundContext): readonly NodeReading[] {
  if (isObject(value)) return readOutbound(value, context)
  if (!Array.isArray(value)) return []
  return eachItem(value, context, (item, place) =>
    isObject(item) ? readOutbound(item, { ...context, ...place }) : [],
  )
}

function readOutbound(outbound: JsonObject, context: OutboundContext): readonly NodeReading[] {
  const { where, wanted } = context
  const word = outbound.protocol ?? outbound.type ?? ('vnext' in outbound ? 'vmess' : '')
  const protocol = typeof word === 'string' ? word.toLowerCase() : ''
  if (NO_SERVERS.includes(protocol)) return []
  if (protocol !== 'vmess') return [otherProtocol(outbound, { where, protocol })]
  const dialect = wanted ?? dialectOf(outbound)
  if (dialect === 'sing-box') return [readSingBoxOutbound(outbound, where)]
  if (dialect === 'v2ray5') return [readV2ray5Outbound(outbound, where)]
  const whole = 'vnext' in outbound ? { protocol: 'vmess', settings: outbound } : outbound
  const { defaults } = context
  const flavour = dialect === 'xray' ? 'xray' : 'v2ray'
  return readV2rayOutbound(whole, {
    where,
    dialect: flavour,
    ...(defaults !== undefined && { defaults }),
  })
}

function otherProtocol(
  outbound: JsonObject,
  { where, protocol }: { readonly where: string; readonly protocol: string },
): NodeReading {
  const tag = outbound.tag ?? outbound.remarks
  const why = protocol === '' ? 'it does not say which' : `it is ${protocol}`
  return {
    ok: false,
    where,
    fault: new Fault('LINK_PROTOCOL', { why }),
    ...(typeof tag === 'string' && { name: tag }),
  }
}

const XRAY_BLOCKS = [
  'rawSettings',
  'xhttpSettings',
  'splithttpSettings',
  'httpupgradeSettings',
  'realitySettings',
  'finalmask',
  'method',
]

/** By what only one of the relatives writes; V2Ray 4 when nothing tells. */
function dialectOf(outbound: JsonObject): DialectId {
  if (!('protocol' in outbound) && !('vnext' in outbound)) return 'sing-box'
  const settings = isObject(outbound.settings) ? outbound.settings : {}
  const stream = isObject(outbound.streamSettings) ? outbound.streamSettings : {}
  const isV5 = ['transport', 'transportSettings', 'securitySettings'].some((key) => key in stream)
  if (isV5 || ('uuid' in settings && !('vnext' in settings))) return 'v2ray5'
  const isFlat = 'address' in settings && 'id' in settings
  return isFlat || XRAY_BLOCKS.some((key) => key in stream) ? 'xray' : 'v2ray'
}

/** SIP008 is a list of Shadowsocks servers. */
function sip008Node(server: JsonValue, where: string): NodeReading {
  const name = isObject(server) && typeof server.remarks === 'string' ? server.remarks : undefined
  const fault = new Fault('LINK_PROTOCOL', { why: 'it is Shadowsocks (a SIP008 list)' })
  return { ok: false, where, fault, ...(name !== undefined && { name }) }
}

/** The object that v2rayN links hold in base64, without it. */
function readV2raynObject(object: JsonObject, where: string): NodeReading {
  return readNode(where, () => {
    const fields = new LinkFields(Object.entries(object))
    return { profile: readV2raynFields(fields, ''), dialect: 'v2rayn', notes: fields.notes }
  })
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
