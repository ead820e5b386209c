/** Adding, listing and forgetting subscriptions. */
import { Fault } from '../../faults/fault.js'
import { checkName, type StoreDocument } from '../profiles/document.js'
import { changeStore, readStore } from '../profiles/store.js'
import { parseUrl } from './fetch-text.js'
import { findSubscription, type Subscription, subscriptionsOf } from './record.js'
import { type UpdateOptions, updateOne, type UpdateResult } from './update.js'

export type NewSubscription = Pick<Subscription, 'name' | 'url' | 'userAgent' | 'through' | 'ownIntervalMs'>

/**
 * Fetches it, and stores it with its nodes if that worked. Throws `SUBSCRIPTION_*`, `PROFILE_NAME`, and
 * `PROFILE_UNKNOWN` for `through`.
 */
export async function addSubscription(added: NewSubscription, options: UpdateOptions): Promise<UpdateResult> {
  const name = checkName(added.name)
  parseUrl(added.url)
  const store = await readStore(options.folder)
  if (subscriptionsOf(store).some((known) => known.name.toLowerCase() === name.toLowerCase())) {
    throw new Fault('SUBSCRIPTION_EXISTS', { why: name })
  }
  const { through } = added
  return updateOne({ ...added, ...(through !== undefined && { through: store.find(through) }) }, options)
}

export interface ListedSubscription extends Omit<Subscription, 'url' | 'etag' | 'lastModified'> {
  /** Only the host, unless secrets are asked for. */
  readonly url: string
  readonly nodes: number
  /** Its interval is over. */
  readonly due: boolean
}

/** Unless anybody says otherwise. */
const INTERVAL_MS = 24 * 3_600_000

export async function listSubscriptions(
  folder: string,
  { now, showSecrets = false }: { readonly now: number; readonly showSecrets?: boolean },
): Promise<ListedSubscription[]> {
  const store = await readStore(folder)
  return subscriptionsOf(store).map((subscription) => {
    const { etag: _etag, lastModified: _modified, url, ...rest } = subscription
    return {
      ...rest,
      url: showSecrets ? url : maskUrl(url),
      nodes: nodesOf(store, subscription.name).length,
      due: isDue(subscription, now),
    }
  })
}

export function isDue({ updatedAt, ownIntervalMs, intervalMs }: Subscription, now: number): boolean {
  const since = updatedAt === undefined ? Number.NaN : now - Date.parse(updatedAt)
  return !(since < (ownIntervalMs ?? intervalMs ?? INTERVAL_MS))
}

/** The names of those whose interval is over. */
export async function dueSubscriptions(folder: string, now: number): Promise<string[]> {
  return subscriptionsOf(await readStore(folder))
    .filter((subscription) => isDue(subscription, now))
    .map(({ name }) => name)
}

/** With its nodes, unless they are to stay as plain profiles. Throws `SUBSCRIPTION_UNKNOWN`. */
export async function removeSubscription(
  folder: string,
  name: string,
  keep: boolean,
): Promise<{ readonly name: string; readonly nodes: number }> {
  return changeStore(folder, (store) => {
    const found = findSubscription(store, name).name
    const nodes = nodesOf(store, found)
    for (const node of nodes) {
      if (keep) store.release(node)
      else store.remove(node)
    }
    store.subscriptions = store.subscriptions.filter((entry) => entry.name !== found)
    return { name: found, nodes: nodes.length }
  })
}

function nodesOf(store: StoreDocument, subscription: string): string[] {
  return store.entries.filter((entry) => entry.subscription === subscription).map(({ name }) => name)
}

/** The path holds the secret. */
function maskUrl(url: string): string {
  return URL.canParse(url) ? `${new URL(url).origin}/****` : '****'
}
