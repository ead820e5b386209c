/** Fetching subscriptions, and what becomes of the nodes that are stored. */
import type { Profile } from '../../dialects/profile.js'
import { readProfiles } from '../../dialects/read-profiles.js'
import { asFault, Fault } from '../../faults/fault.js'
import { startClient } from '../connect.js'
import { configOfProfile } from '../link-input.js'
import { changeStore, readStore } from '../profiles/store.js'
import { readFacts } from './facts.js'
import { type FetchedText, type FetchRequest, fetchText } from './fetch-text.js'
import { type MergeCounts, mergeNodes } from './merge.js'
import { findSubscription, putSubscription, type Subscription, subscriptionsOf } from './record.js'

export interface UpdateOptions {
  /** Where profiles are stored. */
  readonly folder: string
  readonly environment: FetchRequest['environment']
  /** Takes whatever comes, also when most nodes are gone. */
  readonly force?: boolean
  /** Milliseconds since 1970. */
  readonly now: number
  readonly ca?: string
}

export type UpdateResult = { readonly name: string; readonly title?: string } & (
  | {
      readonly result: 'updated'
      readonly counts: MergeCounts
      /** Nodes that could not be read, each with its place. */
      readonly refused: readonly { readonly where: string; readonly name: string; readonly fault: Fault }[]
    }
  /** The server says that nothing has changed. */
  | { readonly result: 'unchanged' }
  /** Stored nodes are as they were. */
  | { readonly result: 'kept'; readonly fault: Fault }
)

/** What a panel that answers by app is asked as, when the first answer is of no use. */
const SECOND_AGENT = 'v2rayN/7.10'
const FIRST_AGENT = 'vmess-kit'
/** So few may all be replaced by fewer. */
const FEW = 3

/** One after the other; never throws for what one of them does. Throws `SUBSCRIPTION_UNKNOWN` before any is fetched. */
export async function updateSubscriptions(
  names: readonly string[],
  options: UpdateOptions,
): Promise<UpdateResult[]> {
  const store = await readStore(options.folder)
  const chosen =
    names.length === 0 ? subscriptionsOf(store) : names.map((name) => findSubscription(store, name))
  const results: UpdateResult[] = []
  for (const subscription of chosen) results.push(await updateSafely(subscription, options))
  return results
}

async function updateSafely(subscription: Subscription, options: UpdateOptions): Promise<UpdateResult> {
  try {
    return await updateOne(subscription, options)
  } catch (error) {
    return { name: subscription.name, result: 'kept', fault: asFault(error) }
  }
}

/** Throws SUBSCRIPTION faults; then nothing has changed in the store. */
export async function updateOne(subscription: Subscription, options: UpdateOptions): Promise<UpdateResult> {
  const { name } = subscription
  const { fetched, nodes } = await fetchNodes(subscription, options)
  const updatedAt = new Date(options.now).toISOString()
  if (!fetched.changed || nodes === undefined) {
    await changeStore(options.folder, (store) => putSubscription(store, { ...subscription, updatedAt }))
    return { name, result: 'unchanged' }
  }
  const { headers, text } = fetched
  const facts = readFacts(headers, text)
  const good = nodes.flatMap((node) => (node.ok ? [node.profile] : []))
  const counts = await changeStore(options.folder, (store) => {
    assertNotShrunk(store.entries.filter((entry) => entry.subscription === name).length, good, options)
    const { etag, lastModified, ...rest } = subscription
    putSubscription(store, {
      ...rest,
      ...facts,
      updatedAt,
      ...(headers.etag !== undefined && { etag: headers.etag }),
      ...(headers['last-modified'] !== undefined && { lastModified: headers['last-modified'] }),
    })
    return mergeNodes(store, name, good)
  })
  const refused = nodes.flatMap((node) =>
    node.ok ? [] : [{ where: node.where, name: node.name ?? '', fault: node.fault }],
  )
  return {
    name,
    result: 'updated',
    counts,
    refused,
    ...(facts.title !== undefined && { title: facts.title }),
  }
}

function assertNotShrunk(before: number, now: readonly Profile[], { force = false }: UpdateOptions): void {
  if (force || before <= FEW || now.length * 2 >= before) return
  throw new Fault('SUBSCRIPTION_SHRUNK', { why: `${now.length} of ${before} are left` })
}

type Nodes = Awaited<ReturnType<typeof readProfiles>>['nodes']

interface Fetched {
  readonly fetched: FetchedText
  /** Absent when nothing has changed. */
  readonly nodes?: Nodes
}

async function fetchNodes(subscription: Subscription, options: UpdateOptions): Promise<Fetched> {
  const { userAgent } = subscription
  const agents = userAgent === undefined ? [FIRST_AGENT, SECOND_AGENT] : [userAgent]
  let last: unknown
  for (const agent of agents) {
    const fetched = await fetchVia(subscription, agent, options)
    if (!fetched.changed) return { fetched }
    try {
      return { fetched, nodes: await readUseful(fetched.text) }
    } catch (error) {
      last = error
    }
  }
  throw last
}

async function readUseful(text: string): Promise<Nodes> {
  const page = /^\s*</.test(text) ? 'it is a web page' : text.trim() === '' ? 'it is empty' : undefined
  if (page !== undefined) throw new Fault('SUBSCRIPTION_CONTENT', { why: page })
  try {
    const { nodes } = await readProfiles(text)
    if (nodes.some((node) => node.ok)) return nodes
    throw new Fault('SUBSCRIPTION_CONTENT', { why: `none of its ${nodes.length} nodes can be used` })
  } catch (cause) {
    const { code, why, message } = asFault(cause)
    if (code === 'SUBSCRIPTION_CONTENT') throw cause
    throw new Fault('SUBSCRIPTION_CONTENT', { why: why ?? message, cause })
  }
}

/** Through a client of its own, where a profile is named for that. */
async function fetchVia(
  subscription: Subscription,
  userAgent: string,
  options: UpdateOptions,
): Promise<FetchedText> {
  const { url, etag, lastModified, through } = subscription
  const { environment, ca } = options
  const request = { url, userAgent, etag, lastModified, environment, ...(ca !== undefined && { ca }) }
  if (through === undefined) return fetchText(request)
  const profile = (await readStore(options.folder)).profile(through)
  const client = await startClient({ config: configOfProfile(profile).config, http: {} })
  try {
    return await fetchText({ ...request, proxyUrl: client.httpUrl })
  } finally {
    await client.stop({ graceMs: 0 })
  }
}
