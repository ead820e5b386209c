/** A file as the checks across it see it: its inbounds and outbounds with the words that matter. */
import type { Place } from '../place.js'

export interface Part {
  readonly place: Place
  /** In lower case; empty when it is missing or no text. */
  readonly protocol: string
  readonly tag: string
  readonly settings?: Place
  readonly stream?: Place
  /** In lower case; `tcp` unless given. */
  readonly network: string
  /** Of the stream, in lower case; `none` unless given. */
  readonly security: string
}

export interface FileView {
  /** Of the last file, where several count together. */
  readonly root: Place
  /** A section of the top level. */
  readonly section: (key: string) => Place | undefined
  readonly inbounds: readonly Part[]
  /** The first one is the default route. */
  readonly outbounds: readonly Part[]
}

export function viewOf(root: Place): FileView {
  const parts = (single: string, ...lists: readonly string[]): readonly Part[] =>
    [root.child(single) ?? [], ...lists.flatMap((key) => root.child(key)?.items() ?? [])]
      .flat()
      .filter((place) => place.node.type === 'object')
      .map(partOf)
  return {
    root,
    section: (key) => root.child(key),
    inbounds: parts('inbound', 'inboundDetour', 'inbounds'),
    outbounds: parts('outbound', 'outboundDetour', 'outbounds'),
  }
}

function partOf(place: Place): Part {
  const settings = place.child('settings')
  const stream = place.child('streamSettings')
  const network = stream && (word(stream, 'method') || word(stream, 'network'))
  return {
    place,
    protocol: word(place, 'protocol'),
    tag: textOf(place, 'tag'),
    ...(settings && { settings }),
    ...(stream && { stream }),
    network: network || 'tcp',
    security: (stream && word(stream, 'security')) || 'none',
  }
}

/** The text of a key; empty when it is missing or no text. */
export function textOf(place: Place | undefined, key: string): string {
  const value = place?.child(key)?.value
  return typeof value === 'string' ? value : ''
}

/** The same in lower case. */
export function word(place: Place | undefined, key: string): string {
  return textOf(place, key).toLowerCase()
}

/** The texts of a list, or of one text split at commas, with their places. */
export function textsOf(
  place: Place | undefined,
  key: string,
): readonly { readonly text: string; readonly at: Place }[] {
  const found = place?.child(key)
  if (found === undefined) return []
  if (found.node.type === 'string') {
    return (found.node.value as string).split(',').map((text) => ({ text, at: found }))
  }
  return found
    .items()
    .flatMap((at) => (at.node.type === 'string' ? [{ text: at.node.value as string, at }] : []))
}

/** The users of a vmess inbound. */
export function clientsOf({ protocol, settings }: Part): readonly Place[] {
  if (protocol !== 'vmess') return []
  return objects((settings?.child('clients') ?? settings?.child('users'))?.items())
}

/** The servers of an outbound: `vnext`, `servers`, or the settings themselves in Xray's form. */
export function serversOf({ settings }: Part): readonly Place[] {
  if (settings === undefined) return []
  if (settings.child('address') !== undefined) return [settings]
  return objects((settings.child('vnext') ?? settings.child('servers'))?.items())
}

/** The users that a vmess outbound signs in as. */
export function usersOf(part: Part): readonly Place[] {
  if (part.protocol !== 'vmess') return []
  return serversOf(part).flatMap((server) =>
    server === part.settings ? [server] : objects(server.child('users')?.items()),
  )
}

export function objects(places: readonly Place[] = []): readonly Place[] {
  return places.filter(({ node }) => node.type === 'object')
}

/** Routing rules of both places, the old one last, as V2Ray tries them. */
export function rulesOf({ section }: FileView): readonly Place[] {
  const routing = section('routing')
  return objects([
    ...(routing?.child('rules')?.items() ?? []),
    ...(routing?.child('settings')?.child('rules')?.items() ?? []),
  ])
}
