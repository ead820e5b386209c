/** A configuration as plain data that steps change, and what they say about it. */

export type Data = Record<string, unknown>

export interface Change {
  /** JSON pointer into the result, or into the given file for what is no more. */
  readonly path: string
  /** `lost`: the target cannot do it, so that the result does not mean the same. */
  readonly effect: 'rewritten' | 'removed' | 'lost'
  /** Lower case, no full stop, never an id or a password. */
  readonly what: string
}

/** Programs whose files are changed in place; other dialects are written anew. */
export type MigrateTarget = 'v2ray4' | 'v2ray5' | 'xray'

export interface Migration {
  readonly root: Data
  readonly target: MigrateTarget
  readonly changes: Change[]
}

/** One thing that differs between versions or programs. */
export type Step = (migration: Migration) => void

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The key as the file writes it, whatever its case. */
export function keyOf(owner: Data, key: string): string | undefined {
  if (Object.hasOwn(owner, key)) return key
  const lower = key.toLowerCase()
  return Object.keys(owner).findLast((found) => found.toLowerCase() === lower)
}

export function get(owner: Data | undefined, key: string): unknown {
  const found = owner && keyOf(owner, key)
  return found === undefined ? undefined : owner?.[found]
}

export function getData(owner: Data | undefined, key: string): Data | undefined {
  const value = get(owner, key)
  return isData(value) ? value : undefined
}

export function getText(owner: Data | undefined, key: string): string {
  const value = get(owner, key)
  return typeof value === 'string' ? value : ''
}

/** The objects of a list; an object instead of a list counts as one. */
export function getList(owner: Data | undefined, key: string): Data[] {
  const value = get(owner, key)
  return (Array.isArray(value) ? value : [value]).filter(isData)
}

/** Takes a key out; undefined when it was not there. */
export function take(owner: Data, key: string): unknown {
  const found = keyOf(owner, key)
  if (found === undefined) return undefined
  const value = owner[found]
  delete owner[found]
  return value
}

export function put(owner: Data, key: string, value: unknown): void {
  owner[keyOf(owner, key) ?? key] = value
}

/** Everything that listens and everything that connects, with their pointers. */
export function partsOf(root: Data, key: 'inbounds' | 'outbounds'): { part: Data; path: string }[] {
  return getList(root, key).map((part, i) => ({ part, path: `/${key}/${i}` }))
}

export function protocolOf(part: Data): string {
  return getText(part, 'protocol').toLowerCase()
}

/** Users of a vmess inbound or outbound, with their pointers. */
export function usersOf(part: Data, path: string): { user: Data; path: string }[] {
  if (protocolOf(part) !== 'vmess') return []
  const settings = getData(part, 'settings')
  const at = `${path}/settings`
  const clients = getList(settings, 'clients').map((user, i) => ({ user, path: `${at}/clients/${i}` }))
  const servers = getList(settings, 'vnext').flatMap((server, i) =>
    getList(server, 'users').map((user, j) => ({ user, path: `${at}/vnext/${i}/users/${j}` })),
  )
  const flat = settings !== undefined && get(settings, 'address') !== undefined
  return [...clients, ...servers, ...(flat ? [{ user: settings, path: at }] : [])]
}
