/** Outbounds of V2Ray 4 and Xray → profiles (share-formats §9.2). */
import { formatHostPort } from '../address/destination.js'
import { defined } from './defined.js'
import { LinkFields, refuseField } from './link-fields.js'
import { readAlterId, readCipher, readId, readPacketEncoding, readPort, readServer } from './link-values.js'
import { type NodeReading, readNode } from './node-reading.js'
import type { JsonValue, Profile, ProfileMux } from './profile.js'
import { readV2rayTls, readV2rayTransport } from './v2ray-stream-reader.js'

type V2rayDialect = 'v2ray' | 'xray'

export interface OutboundPlace {
  /** JSON pointer of the outbound in its file. */
  readonly where: string
  readonly dialect: V2rayDialect
  /** `transport` of the file: what stream settings are taken from when an outbound has none of its own. */
  readonly defaults?: JsonValue
}

interface Peer {
  /** Indexes of server and user; undefined for the flat form. */
  readonly at?: readonly [server: number, user: number]
  readonly where: string
}

/** A node for each user of each server. */
export function readV2rayOutbound(outbound: JsonValue, place: OutboundPlace): readonly NodeReading[] {
  const peers = peersOf(outbound, place.where)
  return peers.map((peer, i) => {
    const tag = tagOf(outbound)
    const name = peers.length > 1 && tag !== '' ? `${tag} ${i + 1}` : tag
    return readNode(peer.where, () => readPeer(outbound, { ...place, peer, name }), tag)
  })
}

function tagOf(outbound: JsonValue): string {
  const tag = member(outbound, 'tag')
  return typeof tag === 'string' ? tag.trim() : ''
}

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject && Object.hasOwn(value, key) ? (value as Record<string, JsonValue>)[key] : undefined
}

/** Every pair of server and user; one peer without indexes when there is no `vnext`. */
function peersOf(outbound: JsonValue, where: string): readonly Peer[] {
  const servers = member(member(outbound, 'settings'), 'vnext')
  if (!Array.isArray(servers)) return [{ where }]
  const peers = servers.flatMap((server, s): Peer[] => {
    const users = member(server as JsonValue, 'users')
    if (!Array.isArray(users)) return [{ at: [s, 0], where: `${where}/settings/vnext/${s}` }]
    return users.map((_, u) => ({ at: [s, u] as const, where: `${where}/settings/vnext/${s}/users/${u}` }))
  })
  return peers.length === 0 ? [{ where }] : peers
}

function readPeer(
  outbound: JsonValue,
  { peer, name, dialect, defaults }: OutboundPlace & { readonly peer: Peer; readonly name: string },
) {
  const fields = new LinkFields([]).inner(outbound, '')
  fields.know(['tag', 'protocol'])
  const settings = fields.section('settings')
  const [server, user] = serverAndUser(settings, peer)
  const address = readServer(server.text('address'), server)
  const port = readPort(server.whole('port'))
  const stream = streamOf(fields, defaults)
  const transport = readV2rayTransport(stream)
  const experiments = user.text('experiments')
  user.know(['level', 'email', 'flow', 'encryption'].filter((key) => isBlank(user, key)))
  const profile: Profile = {
    name: name || formatHostPort(address, port),
    server: address,
    port,
    uuid: readId(user.text('id', 'uuid'), user),
    alterId: readAlterId(user),
    security: readCipher(user.text('security'), user),
    transport,
    ...defined({
      tls: readV2rayTls(stream, { transport, server: address }),
      packetEncoding: readPacketEncoding(settings),
      authenticatedLength: /AuthenticatedLength/.test(experiments) ? true : undefined,
      mux: readMux(fields),
    }),
    ...extraOf(fields, dialect),
  }
  if (/NoTerminationSignal/.test(experiments)) fields.note('NoTerminationSignal is left out')
  return { profile, dialect, notes: fields.notes }
}

/** Level 0 and an empty email say nothing. */
function isBlank(user: LinkFields, key: string): boolean {
  const found = user.value(key) ?? null
  return found === null || found === '' || found === 0
}

/** What nobody here knows, for writing it into the same dialect again. */
export function extraOf(fields: LinkFields, dialect: string): Pick<Profile, 'extra' | 'extraOf'> {
  const extra = fields.pointers()
  return extra.size === 0 ? { extra } : { extra, extraOf: dialect }
}

/** The one server and user that is read; both are `settings` in the flat form. */
function serverAndUser(settings: LinkFields, { at }: Peer): readonly [LinkFields, LinkFields] {
  if (at === undefined) {
    if (!settings.has('address')) throw refuseField('settings', 'there is neither vnext nor an address')
    return [settings, settings]
  }
  const [serverIndex, userIndex] = at
  const server = settings.inner(settings.items('vnext')[serverIndex], '/settings/vnext/0')
  const user = server.inner(server.items('users')[userIndex], '/settings/vnext/0/users/0')
  return [server, user]
}

function streamOf(fields: LinkFields, defaults: JsonValue | undefined): LinkFields {
  if (defaults === undefined || defaults === null) return fields.section('streamSettings')
  const own = fields.value('streamSettings') ?? {}
  const both = typeof own === 'object' && typeof defaults === 'object' ? { ...defaults, ...own } : own
  return fields.inner(both as JsonValue, '/streamSettings')
}

export function readMux(fields: LinkFields): ProfileMux | undefined {
  if (!fields.has('mux')) return undefined
  const mux = fields.section('mux')
  const concurrency = mux.whole('concurrency')
  const enabled = mux.flag('enabled') ?? false
  // Below zero: switched off.
  if (concurrency !== undefined && concurrency < 0) return { enabled: false }
  return { enabled, ...defined({ concurrency: concurrency === 0 ? undefined : concurrency }) }
}
