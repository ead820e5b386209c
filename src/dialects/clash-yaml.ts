/** YAML of Clash and mihomo. The one file that loads the YAML package: import it late. */
import { parseDocument, stringify } from 'yaml'
import { Fault, isFault } from '../faults/fault.js'
import { type ProxyItem, splitProxies } from './clash-items.js'
import { readClashProxy } from './clash-reader.js'
import { clashDocument } from './clash-writer.js'
import { displayText } from './display-text.js'
import type { NodeReading } from './node-reading.js'
import type { JsonValue, Profile } from './profile.js'

/** How often anchors may be used: enough for files that people write, too few for a bomb. */
const MAX_ALIASES = 200

/** Longest text that is read as a whole, in characters: a tree of YAML takes hundreds of times its memory. */
const MAX_WHOLE = 1024 * 1024
/** A tenth of a millisecond each: more would take as long as no user waits, and no program takes as many. */
const MAX_PROXIES = 25_000
/** An item that leans on another one. */
const REFERENCE = /(?:^|[\s[{,:])\*[^\s,\]}]/m

/**
 * Every VMess proxy of the text. Throws `LINK_SYNTAX` for what is no YAML, and `LINK_SOURCE_SIZE` above 1 MiB
 * where the proxies cannot be read one by one.
 */
export function readClashText(text: string): readonly NodeReading[] {
  if (text.length > MAX_WHOLE) {
    const items = splitProxies(text)
    if (items !== undefined) return readItems(items)
    throw new Fault('LINK_SOURCE_SIZE', { why: 'more than 1 MiB of YAML that is no list of proxies' })
  }
  try {
    return readWhole(text)
  } catch (error) {
    // A mistake in one proxy, or anywhere else, loses no other one.
    const nodes = isFault(error, 'LINK_SYNTAX') ? readItems(splitProxies(text) ?? []) : []
    if (nodes.some(({ ok }) => ok)) return nodes
    throw error
  }
}

function readWhole(text: string): readonly NodeReading[] {
  const proxies = parseYaml(text) ?? null
  const key = isObject(proxies) && (proxies.proxies ?? null) === null ? 'Proxy' : 'proxies'
  const list = isObject(proxies) ? proxies[key] : proxies
  if (!Array.isArray(list)) throw new Fault('LINK_SOURCE', { why: 'the YAML has no list of proxies' })
  return list.map((proxy, i) => readProxy(proxy as JsonValue, isObject(proxies) ? `/${key}/${i}` : `/${i}`))
}

function readItems(items: readonly ProxyItem[]): readonly NodeReading[] {
  const other = new Fault('LINK_PROTOCOL', { why: 'it is not vmess' })
  assertFew(items)
  return items.flatMap((item): readonly NodeReading[] => {
    const { text } = item
    const where = `line ${item.line}`
    if (!isVmess(item)) return [{ ok: false, where, fault: other }]
    try {
      if (REFERENCE.test(text)) throw refuseYaml('it refers to another part of the file', undefined)
      const list = parseYaml(text) ?? []
      return (Array.isArray(list) ? list : []).map((proxy) => readProxy(proxy as JsonValue, where))
    } catch (error) {
      if (!isFault(error)) throw error
      return [{ ok: false, where, fault: error }]
    }
  })
}

function assertFew(items: readonly ProxyItem[]): void {
  if (items.length <= MAX_PROXIES || items.filter(isVmess).length <= MAX_PROXIES) return
  throw new Fault('LINK_SOURCE_SIZE', {
    why: `more than ${MAX_PROXIES} VMess proxies in YAML`,
    hint: 'give it in parts, or as links',
  })
}

function isVmess({ text }: ProxyItem): boolean {
  return /vmess/i.test(text)
}

/** The file of profiles that fit. */
export function writeClashText(profiles: readonly Profile[]): string {
  // Programs of YAML 1.1 read `on`, `012` and `1_000` as other things than texts.
  return stringify(clashDocument(profiles), { lineWidth: 0, compat: 'yaml-1.1' })
}

function readProxy(proxy: JsonValue, where: string): NodeReading {
  const name = isObject(proxy) && typeof proxy.name === 'string' ? { name: proxy.name } : {}
  const type = isObject(proxy) ? proxy.type : undefined
  if (typeof type === 'string' && type.toLowerCase() === 'vmess') return readClashProxy(proxy, where)
  const why = typeof type === 'string' ? `it is ${displayText(type)}` : 'it does not say which'
  return { ok: false, where, ...name, fault: new Fault('LINK_PROTOCOL', { why }) }
}

/** Plain data of the first document. Throws `LINK_SYNTAX`. */
export function parseYaml(text: string): JsonValue | undefined {
  try {
    const document = parseDocument(text, {
      merge: true,
      uniqueKeys: false,
      prettyErrors: true,
      logLevel: 'silent',
    })
    const [first] = document.errors
    // The parser goes down with the nesting, and may report the end of the stack as a mistake of the text.
    if (first !== undefined && /call stack/i.test(first.message)) throw refuseYaml('nested too deep', first)
    if (first !== undefined) throw refuseYaml(first.message.split('\n', 1)[0] ?? '', first)
    const value = document.toJS({ maxAliasCount: MAX_ALIASES }) as JsonValue
    if (isEndless(value)) throw refuseYaml('a part of it is inside itself', undefined)
    return value
  } catch (error) {
    if (error instanceof ReferenceError) throw refuseYaml('too many aliases', error)
    if (error instanceof RangeError) throw refuseYaml('nested too deep', error)
    // What the package finds only while it puts the parts together, such as a merge of what is no map.
    if (error instanceof Error && error.constructor === Error) throw refuseYaml(error.message, error)
    throw error
  }
}

function refuseYaml(why: string, cause: unknown): Fault {
  return new Fault('LINK_SYNTAX', { why: `it is no YAML: ${displayText(why)}`, cause })
}

/** Whether a value holds itself, by an anchor that is used inside what it names. */
function isEndless(
  value: JsonValue | undefined,
  above = new Set<unknown>(),
  finished = new Set<unknown>(),
): boolean {
  if (typeof value !== 'object' || value === null || finished.has(value)) return false
  if (above.has(value)) return true
  above.add(value)
  const found = Object.values(value).some((part) => isEndless(part as JsonValue, above, finished))
  above.delete(value)
  finished.add(value)
  return found
}

function isObject(value: unknown): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
