/** The proxies of a Clash file one by one, without a tree of the whole: for long files and for broken ones. */

import { linesOf } from './text-lines.js'

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
  const items: { line: number; from: number; to: number }[] = []
  let number = 0
  let begun = false
  let indent: string | undefined
  for (const { line, at, next } of linesOf(text)) {
    number++
    if (!begun) begun = LIST_KEY.test(line)
    else {
      const found = ITEM.exec(line)?.[1]
      indent ??= found
      const last = items.at(-1)
      if (found !== undefined && found === indent) items.push({ line: number, from: at, to: next })
      else if (/^[^\s#]/.test(line)) break
      else if (last !== undefined) last.to = next
      if (items.length > MAX_ITEMS) return undefined
    }
  }
  if (!begun) return undefined
  return items.map(({ line, from, to }) => ({ line, text: text.slice(from, to) }))
}
