/** A file of JSON, comments allowed, as a tree whose values can be found and changed in the text. */
import { type Node, parseTree } from 'jsonc-parser'
import { MAX_PLACED_VALUES, measureJson } from '../text/json-extent.js'
import {
  descend,
  type ItemChange,
  sameKey,
  type Span,
  type TextTree,
  type ValueChange,
} from '../text/text-tree.js'
import { blankComments } from '../text/comments.js'
import { applyEdits, insertionInto, removalOf } from './edits.js'
import type { Edit } from './issue.js'
import { MAX_CONFIG_BYTES } from './syntax.js'

/** Undefined for a text that is too long, or holds no JSON. A comma too many does not matter here. */
export function jsonTree(text: string): TextTree | undefined {
  if (text.length > MAX_CONFIG_BYTES) return undefined
  const bare = blankComments(text)
  const { end, tooDeepAt, tooManyAt } = measureJson(bare, MAX_PLACED_VALUES)
  if (tooDeepAt !== undefined || tooManyAt !== undefined) return undefined
  const root = parseTree(bare.slice(0, end))
  if (root === undefined) return undefined
  return {
    locate(way) {
      const { node, steps } = descend(root, way, stepInto)
      return { ...spanOf(node), steps }
    },
    change: (changes) => changeItems(text, root, changes),
  }
}

/** Of several members of one name the last counts. */
function stepInto(node: Node, key: string): { readonly key: string; readonly node: Node } | undefined {
  if (node.type === 'array') {
    const item = node.children?.[Number(key)]
    return item && { key, node: item }
  }
  const members = node.type === 'object' ? (node.children ?? []) : []
  const same = (name: unknown) => name === key
  const found =
    members.findLast(({ children = [] }) => same(children[0]?.value)) ??
    members.findLast(({ children = [] }) => sameKey(String(children[0]?.value), key))
  const [name, value] = found?.children ?? []
  return name === undefined || value === undefined ? undefined : { key: String(name.value), node: value }
}

function spanOf({ type, offset, length }: Node): Span {
  return { offset, length: type === 'object' || type === 'array' ? 1 : length }
}

/** Each item is changed on its own, so that many items cost what the file does. */
function changeItems(text: string, root: Node, items: readonly ItemChange[]): string {
  const edits = items.flatMap(({ item, changes }): readonly Edit[] => {
    const { node, steps } = descend(root, item, stepInto)
    const { offset, length } = node
    if (steps.length < item.length) return []
    const slice = text.slice(offset, offset + length)
    const indent = indentOf(text, offset)
    const changed = changes.reduce((part, change) => changeValue(part, change, indent), slice)
    return [{ offset, length, text: changed }]
  })
  return applyEdits(text, edits)
}

function changeValue(text: string, { steps, value }: ValueChange, indent: string): string {
  const root = parseTree(blankComments(text))
  if (root === undefined) return text
  const { node, steps: known } = descend(root, steps, stepInto)
  const [key, ...deeper] = steps.slice(known.length)
  if (key === undefined && value !== undefined) {
    const { offset, length } = node
    return applyEdits(text, [{ offset, length, text: shaped(value, { text, indent, at: offset }) }])
  }
  if (key === undefined)
    return applyEdits(text, [removalOf(text, node.parent?.type === 'property' ? node.parent : node)])
  // A way that ends at a list or a plain value leads nowhere.
  if (value === undefined || node.type !== 'object') return text
  const whole = deeper.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value)
  const member = `${JSON.stringify(key)}: ${JSON.stringify(whole)}`
  return applyEdits(text, [insertionInto(text, node, member)])
}

/** A value as the text around it is laid out: over lines where those of the old one were. */
function shaped(
  value: unknown,
  { text, indent, at }: { readonly text: string; readonly indent: string; readonly at: number },
): string {
  if (!text.slice(at).includes('\n')) return JSON.stringify(value)
  const step = /\n([ \t]+)/.exec(text)?.[1]?.slice(indent.length) || '  '
  const own = at === 0 ? indent : indentOf(text, at)
  return JSON.stringify(value, null, step).replaceAll('\n', `\n${own}`)
}

function indentOf(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? ''
}
