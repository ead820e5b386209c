import type { ListedSubscription } from '../../operations/subscriptions/manage.js'
import type { UpdateResult } from '../../operations/subscriptions/update.js'
import { renderTable } from './table.js'
import { renderBytes } from './units.js'
import { visible } from './visible.js'

/** One line a subscription. Load it late. */
export function renderSubscriptions(subscriptions: readonly ListedSubscription[]): string {
  if (subscriptions.length === 0) return 'no subscriptions; add one with: vmess sub add NAME --url URL'
  const heads = ['name', 'nodes', 'updated', 'traffic', 'expires', 'url', '']
  return renderTable(
    heads.map((head) => ({ head, ...(head === 'nodes' && { align: 'right' as const }) })),
    subscriptions.map((subscription) => [
      subscription.name,
      String(subscription.nodes),
      dayOf(subscription.updatedAt),
      trafficOf(subscription),
      dayOf(subscription.expiresAt),
      subscription.url,
      subscription.due ? 'due' : '',
    ]),
  )
}

function dayOf(time = ''): string {
  return time.slice(0, 16).replace('T', ' ')
}

function trafficOf({ uploadBytes = 0, downloadBytes = 0, totalBytes }: ListedSubscription): string {
  const used = uploadBytes + downloadBytes
  if (used === 0 && totalBytes === undefined) return ''
  return `${renderBytes(used)}${totalBytes === undefined ? '' : ` of ${renderBytes(totalBytes)}`}`
}

/** What became of each, and below it what could not be read. */
export function renderUpdates(results: readonly UpdateResult[]): string {
  if (results.length === 0) return 'nothing to update'
  return results.flatMap(linesOf).join('\n')
}

function linesOf(result: UpdateResult): string[] {
  const name = visible(result.name)
  if (result.result === 'unchanged') return [`${name}: nothing new`]
  if (result.result === 'kept') return [`${name}: ${visible(result.fault.message)} [${result.fault.code}]`]
  const { added, changed, unchanged, removed } = result.counts
  const parts = [`${added} added`, `${changed} changed`, `${unchanged} as before`, `${removed} removed`]
  const refused = result.refused.map(
    ({ where, name: node, fault }) =>
      `  ${visible(where)} ${visible(node)}: ${visible(fault.message)} [${fault.code}]`,
  )
  const shown = refused.slice(0, 20)
  const more = refused.length > shown.length ? [`  and ${refused.length - shown.length} more`] : []
  return [
    `${name}: ${parts.join(', ')}${refused.length > 0 ? `, ${refused.length} refused` : ''}`,
    ...shown,
    ...more,
  ]
}

/** The same for programs. */
export function updateJson(result: UpdateResult): object {
  if (result.result === 'kept') {
    const { fault, ...rest } = result
    return { ...rest, error: { code: fault.code, message: fault.message } }
  }
  if (result.result === 'unchanged') return result
  const refused = result.refused.map(({ fault, ...node }) => ({
    ...node,
    error: { code: fault.code, message: fault.message },
  }))
  return { ...result, refused }
}
