/** A subscription as the store keeps it. */
import { nearestWord } from '../../faults/nearest-word.js'
import { displayText } from '../../dialects/display-text.js'
import { Fault } from '../../faults/fault.js'
import type { StoreDocument } from '../profiles/document.js'
import type { JsonObject } from '../profiles/record.js'
import type { SubscriptionFacts } from './facts.js'

export interface Subscription extends SubscriptionFacts {
  readonly name: string
  /** A secret. */
  readonly url: string
  readonly userAgent?: string
  /** The profile through which it is fetched. */
  readonly through?: string
  /** As a person wants it; else what the provider says. */
  readonly ownIntervalMs?: number
  readonly etag?: string
  readonly lastModified?: string
  /** ISO 8601, UTC: when it was last fetched without a failure. */
  readonly updatedAt?: string
}

/** Those of a store; entries that are no subscriptions are passed over, and stay in the file. */
export function subscriptionsOf(store: StoreDocument): Subscription[] {
  return store.subscriptions.filter(
    (entry) => typeof entry.name === 'string' && typeof entry.url === 'string',
  ) as unknown as Subscription[]
}

/** Whatever the case, if that is enough. Throws `SUBSCRIPTION_UNKNOWN`. */
export function findSubscription(store: StoreDocument, name: string): Subscription {
  const all = subscriptionsOf(store)
  const folded = name.toLowerCase()
  const found =
    all.find((entry) => entry.name === name) ?? all.find((entry) => entry.name.toLowerCase() === folded)
  if (found !== undefined) return found
  const near = nearestWord(
    name,
    all.map((entry) => entry.name),
  )
  throw new Fault('SUBSCRIPTION_UNKNOWN', {
    why: displayText(name),
    ...(near !== undefined && { hint: `did you mean ${displayText(near)}` }),
  })
}

/** Puts it in place of the one of its name, or behind the others. */
export function putSubscription(store: StoreDocument, subscription: Subscription): void {
  const record = subscription as unknown as JsonObject
  const { name } = subscription
  const there = store.subscriptions.some((entry) => entry.name === name)
  store.subscriptions = there
    ? store.subscriptions.map((entry) => (entry.name === name ? { ...entry, ...record } : entry))
    : [...store.subscriptions, record]
}
