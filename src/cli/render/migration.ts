/** What a migration changed, one line a field. */
import { visible } from './visible.js'
import type { MigratedFile } from '../../operations/migrate.js'

const WORDS = { rewritten: 'changed', removed: 'removed', lost: 'lost' } as const

export function migrationNotes(files: readonly MigratedFile[]): string[] {
  return files.flatMap(({ file, changes }) => [
    ...changes.map(({ path, effect, what }) =>
      `${file} ${path} ${WORDS[effect]}: ${what}`.replace('  ', ' '),
    ),
    ...(changes.length === 0 ? [visible(`${file}: nothing to change`)] : []),
    ...aloneNote(files, changes),
  ])
}

/** A server that takes the new header only needs clients that send it. */
function aloneNote(files: readonly MigratedFile[], changes: MigratedFile['changes']): string[] {
  const isServer = changes.some(({ path }) => /\/clients\/\d+\/alterId$/.test(path))
  if (files.length > 1 || !isServer) return []
  return ['clients need alterId 0 too: give their files in the same command']
}
