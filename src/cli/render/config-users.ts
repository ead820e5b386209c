import type { AddedUser } from '../../operations/config-users.js'
import { renderCount } from './units.js'
import { visible } from './visible.js'

/** What the new user needs. */
export function renderAddedUser({ name, id, link }: AddedUser): string {
  return [`user  ${visible(name)}`, `id    ${id}`, ...(link === undefined ? [] : [`link  ${link}`])].join(
    '\n',
  )
}

export function renderRemovedUser({ name, left }: { readonly name: string; readonly left: number }): string {
  return `removed ${visible(name)}; ${renderCount(left, 'user')} left`
}
