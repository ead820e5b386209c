/** The proxies of a Clash file one by one, without a tree of the whole: for long files and for broken ones. */

export interface ProxyItem {
  /** YAML of a list with this one item. */
  readonly text: string
  /** From 1. */
  readonly line: number
}

const LIST_KEY = /^(?:proxies|Proxy)[ \t]*:[ \t]*(?:#.*)?$/
const ITEM = /^([ \t]*)-(?=[ \t]|$)/
/** More would fit no memory. */
const MAX_ITEMS = 200_000

/** The items of the list of proxies; undefined when there is no such list in lines of its own, or too much of it. */
export function splitProxies(text: string): readonly ProxyItem[] | undefined {
  const lines = text.split(/\r\n|\r|\n/)
  const start = lines.findIndex((line) => LIST_KEY.test(line))
  if (start < 0) return undefined
  const items: { line: number; from: number; to: number }[] = []
  let indent: string | undefined
  let end = start + 1
  for (; end < lines.length; end++) {
    const line = lines[end] ?? ''
    const found = ITEM.exec(line)?.[1]
    indent ??= found
    if (found !== undefined && found === indent) items.push({ line: end + 1, from: end, to: end + 1 })
    else if (/^[^\s#]/.test(line)) break
    else {
      const last = items.at(-1)
      if (last !== undefined) last.to = end + 1
    }
    if (items.length > MAX_ITEMS) return undefined
  }
  return items.map(({ line, from, to }) => ({ line, text: lines.slice(from, to).join('\n') }))
}
