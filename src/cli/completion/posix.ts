/** What the scripts for bash and zsh share: three functions that say what may stand where. */
import type { CompletionNode, Values } from './model.js'

/** `_vmess_words PATH`, `_vmess_flags PATH`, `_vmess_values PATH FLAG` and `_vmess_args PATH`. */
export function lookupFunctions(nodes: readonly CompletionNode[]): string {
  const words = nodes.map(({ path, words: list }) => [path, list.map(({ word }) => word).join(' ')] as const)
  const flags = nodes.map(
    ({ path, flags: list }) => [path, list.flatMap(({ names }) => names).join(' ')] as const,
  )
  const values = nodes.flatMap(({ path, flags: list }) =>
    list.flatMap(({ names, values: taken }) =>
      taken === undefined ? [] : names.map((name) => [`${path} ${name}`, markOf(taken)] as const),
    ),
  )
  const args = nodes.map(({ path, args: list }) => [path, [...new Set(list.map(markOf))].join(' ')] as const)
  return [
    caseFunction('_vmess_words', '$1', words),
    caseFunction('_vmess_flags', '$1', flags),
    caseFunction('_vmess_values', '$1 $2', values),
    caseFunction('_vmess_args', '$1', args),
  ].join('\n')
}

/** Words as they are; a mark for what is looked up when it is needed. */
function markOf(values: Values): string {
  return values.kind === 'words' ? values.words.join(' ') : `@${values.kind}`
}

/** Places with the same answer share a line. */
function caseFunction(name: string, subject: string, rows: readonly (readonly [string, string])[]): string {
  const groups = new Map<string, string[]>()
  for (const [key, value] of rows.filter(([, text]) => text !== '')) {
    groups.set(value, [...(groups.get(value) ?? []), key])
  }
  const lines = [...groups].map(
    ([value, keys]) => `    ${keys.map(quote).join('|')}) echo ${quote(value)} ;;`,
  )
  return [`${name}() {`, `  case "${subject}" in`, ...lines, '  esac', '}'].join('\n')
}

/** Single quotes: nothing inside means anything to a shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
