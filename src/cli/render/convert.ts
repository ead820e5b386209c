/** What `convert` says beside its result: on stderr, one line for each kind of remark. */
import type { Conversion } from '../../operations/convert.js'

/** How many names or values a line lists. */
const MAX_LISTED = 3

/** Skipped nodes, remarks of the reader, losses by field. */
export function conversionNotes({ nodes, skipped, losses, notes }: Conversion): readonly string[] {
  const left = nodes.filter(({ written }) => !written)
  return [
    ...skipped.map(({ where, name, why }) => `skipped: ${[where, name].filter(Boolean).join(', ')}: ${why}`),
    ...nodes.flatMap((node) => node.notes.map((note) => `${node.where}, ${node.name}: ${note}`)),
    ...groupLosses(losses, nodes.length),
    ...left.map(({ where, name }) => `left out: ${where}, ${name}: nothing of it would work`),
    ...notes,
  ]
}

type Loss = Conversion['losses'][number]

function groupLosses(losses: readonly Loss[], total: number): readonly string[] {
  const groups = new Map<string, Loss[]>()
  for (const loss of losses) {
    const key = `${loss.title}\n${loss.why}`
    groups.set(key, [...(groups.get(key) ?? []), loss])
  }
  return [...groups.values()].map((group) => lossLine(group, total))
}

function lossLine(group: readonly Loss[], total: number): string {
  const [first] = group
  if (first === undefined) return ''
  const values = listed(group.map(({ value }) => value).filter((value) => value !== first.title))
  const whose =
    total === 1 ? '' : ` in ${group.length} of ${total} nodes (${listed(group.map(({ name }) => name))})`
  const mark = first.breaks ? 'lost, and needed' : 'lost'
  return `${mark}: ${first.title}${values === '' ? '' : ` ${values}`}${whose}: ${first.why}`
}

function listed(values: readonly string[]): string {
  const different = [...new Set(values.filter((value) => value !== ''))]
  const rest = different.length - MAX_LISTED
  return [...different.slice(0, MAX_LISTED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}
