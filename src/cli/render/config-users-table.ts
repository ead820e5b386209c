import type { ListedUser } from '../../operations/config-users.js'
import { renderTable } from './table.js'

/** One line for each user. */
export function renderUsers(users: readonly ListedUser[]): string {
  if (users.length === 0) return 'no users'
  const columns = [
    { head: 'name' },
    { head: 'id' },
    { head: 'alterId', align: 'right' as const },
    { head: 'level', align: 'right' as const },
    { head: 'inbound' },
  ]
  const rows = users.map(({ name, id, alterId, level, tag }) => [
    name,
    id,
    String(alterId),
    String(level),
    tag,
  ])
  return renderTable(columns, rows)
}
