/** A file of YAML as a tree whose values can be found and changed in the text. Loads the package: import it late. */
import { isMap, isScalar, isSeq, type Node as YamlNode, parseDocument, stringify } from 'yaml'
import { descend, type ItemChange, sameKey, type Span, type TextTree } from '../text/text-tree.js'

/** A larger text has no tree: that takes hundreds of times its memory. */
const MAX_TEXT = 1024 * 1024

const OPTIONS = { merge: true, uniqueKeys: false, logLevel: 'silent' } as const

/** Undefined for a text that is too long, or no YAML. */
export function yamlTree(text: string): TextTree | undefined {
  if (text.length > MAX_TEXT) return undefined
  const document = parseDocument(text, OPTIONS)
  const root = document.contents
  if (root === null || document.errors.length > 0) return undefined
  return {
    locate(way) {
      const { node, steps } = descend<YamlNode>(root, way, stepInto)
      return { ...spanOf(node), steps }
    },
    change: (items) => changeScalars(text, root, items) ?? changeDocument(text, items),
  }
}

function stepInto(
  node: YamlNode,
  key: string,
): { readonly key: string; readonly node: YamlNode } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)]
    return item === undefined ? undefined : { key, node: item as YamlNode }
  }
  if (!isMap(node)) return undefined
  const named = node.items.map((pair) => ({ pair, name: String(isScalar(pair.key) ? pair.key.value : '') }))
  const found = named.findLast(({ name }) => name === key) ?? named.findLast(({ name }) => sameKey(name, key))
  return found?.pair.value ? { key: found.name, node: found.pair.value as YamlNode } : undefined
}

function spanOf(node: YamlNode): Span {
  const [start = 0, end = start] = node.range ?? []
  return { offset: start, length: isScalar(node) ? end - start : 1 }
}

/** Where only plain values become others, nothing else of the text moves. Undefined where more is to be done. */
function changeScalars(text: string, root: YamlNode, items: readonly ItemChange[]): string | undefined {
  const edits: (Span & { readonly text: string })[] = []
  for (const { item, changes } of items) {
    for (const { steps, value } of changes) {
      const way = [...item, ...steps]
      const { node, steps: known } = descend<YamlNode>(root, way, stepInto)
      const written = scalarText(value)
      if (known.length < way.length || written === undefined || !isInline(node)) return undefined
      edits.push({ ...spanOf(node), text: written })
    }
  }
  return edits
    .toSorted((a, b) => b.offset - a.offset)
    .reduce((all, edit) => all.slice(0, edit.offset) + edit.text + all.slice(edit.offset + edit.length), text)
}

/** Plain where that is safe inside of brackets too, else in double quotes as in JSON. */
function scalarText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return undefined
  return /^[\w./@-]+$/.test(value) ? stringify(value, { lineWidth: 0 }).trimEnd() : JSON.stringify(value)
}

function isInline(node: YamlNode): boolean {
  return (
    isScalar(node) &&
    node.type !== 'BLOCK_FOLDED' &&
    node.type !== 'BLOCK_LITERAL' &&
    node.range !== undefined
  )
}

/** Through the package, which keeps comments and writes the rest in its own way. */
function changeDocument(text: string, items: readonly ItemChange[]): string {
  const document = parseDocument(text, OPTIONS)
  const root = document.contents as YamlNode
  for (const { item, changes } of items) {
    const place = descend<YamlNode>(root, item, stepInto)
    if (place.steps.length < item.length) continue
    for (const { steps, value } of changes) {
      const known = descend<YamlNode>(place.node, steps, stepInto).steps
      const way = [...place.steps, ...known, ...steps.slice(known.length)].map(asKey)
      if (value === undefined) document.deleteIn(way)
      else document.setIn(way, document.createNode(value))
    }
  }
  return document.toString({ lineWidth: 0 })
}

function asKey(step: string): string | number {
  return /^\d+$/.test(step) ? Number(step) : step
}
