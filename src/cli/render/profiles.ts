import type { ListedProfile, ShownProfile } from '../../operations/profiles/manage.js'
import { renderTable } from './table.js'
import { visible } from './visible.js'

/** One line a profile; a star before the one in use. Load it late. */
export function renderProfiles(profiles: readonly ListedProfile[]): string {
  if (profiles.length === 0) return 'no profiles; add some with: vmess import SOURCE'
  const columns = ['', 'name', 'server', 'transport', 'id', 'subscription', ''].map((head) => ({ head }))
  return renderTable(columns, profiles.map(cellsOf))
}

function cellsOf(profile: ListedProfile): string[] {
  const { name, current, subscription = '' } = profile
  const mark = current ? '*' : ''
  if (!profile.usable) return [mark, name, '', '', '', subscription, profile.problem]
  const { server, transport, tls, id, insecure } = profile
  const carried = tls === 'none' ? transport : `${transport}+${tls}`
  return [mark, name, server, carried, id, subscription, insecure ? 'certificate is not checked' : '']
}

/** A setting a line, those within others by path. */
export function renderProfile({ name, current, subscription, settings }: ShownProfile): string {
  const lines: (readonly [string, string])[] = [
    ['name', current ? `${name}  (in use)` : name],
    ...(subscription === undefined ? [] : [['subscription', subscription] as const]),
    ...flatten(settings, ''),
  ]
  const width = Math.max(...lines.map(([key]) => key.length))
  return lines.map(([key, value]) => `${visible(key).padEnd(width)}  ${visible(value)}`).join('\n')
}

function flatten(value: unknown, path: string): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const text = Array.isArray(value) ? value.map(String).join(', ') : String(value)
    return text === '' ? [] : [[path, text]]
  }
  return Object.entries(value).flatMap(([key, member]) =>
    flatten(member, path === '' ? key : `${path}.${key}`),
  )
}
