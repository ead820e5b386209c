/** The `protocol` word of inbounds and outbounds, which decides how `settings` are read. */
import { nearestWord } from '../faults/nearest-word.js'
import type { Place } from './place.js'
import { quote } from './scalars.js'

/** Protocols of V2Ray and Xray that are not built in: named as such, never taken for a typing mistake. */
const FOREIGN: readonly string[] = [
  'vless',
  'trojan',
  'shadowsocks',
  'socks',
  'http',
  'dns',
  'loopback',
  'wireguard',
  'tun',
  'hysteria',
  'hysteria2',
  'mtproto',
]

/** The protocol and settings of each member of a union of configurations. */
export type ProtocolPart<C> = C extends { readonly protocol: infer P; readonly settings: infer S }
  ? { readonly protocol: P; readonly settings: S }
  : never

/** Protocol name in lower case → reader of its settings. */
export type ProtocolTable<C> = ReadonlyMap<string, (settings: Place) => ProtocolPart<C>>

export interface ProtocolWords {
  /** `inbound` or `outbound`. */
  readonly kind: string
  /** Names to show; aliases of other programs left out. */
  readonly supported: readonly string[]
}

/**
 * Reads the settings of an inbound or outbound by its protocol, in any case. Undefined after a complaint
 * when the protocol is not known; one that is missing has been complained about already.
 */
export function readProtocol<C>(
  owner: Place,
  table: ProtocolTable<C>,
  words: ProtocolWords,
): ProtocolPart<C> | undefined {
  const at = owner.child('protocol')
  if (at === undefined || at.node.type !== 'string') return undefined
  const name = at.node.value as string
  const read = table.get(name.toLowerCase())
  if (read !== undefined) return read(owner.child('settings') ?? owner.absentObject('settings'))
  const isForeign = FOREIGN.includes(name.toLowerCase())
  const near = isForeign ? undefined : nearestWord(name, table.keys())
  const supported = words.supported.join(', ')
  at.report(
    isForeign ? 'VM-E01' : 'VM-O01',
    `${quote(name)} is not a supported ${words.kind}; supported: ${supported}`,
    near && `did you mean ${near}?`,
  )
  return undefined
}
