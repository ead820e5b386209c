/** A configuration in stable order and indent, with its comments: what `config fmt` writes. */
import type { Node } from 'jsonc-parser'
import { Fault } from '../faults/fault.js'
import { rankOf, schemaOf, specialise } from './canonical.js'
import { commentsIn, type Comment } from '../text/comments.js'
import type { SchemaNode } from './schema/node.js'
import { CONFIG_SCHEMA } from './schema/schema.js'
import { parseSyntax } from './syntax.js'
import { visible } from '../text/visible.js'

const INDENT = '  '
/** Lists of plain values stay on one line up to here. */
const WIDTH = 100

/**
 * The text rewritten: two spaces a level, keys in the order of the schema, comments where they belong.
 * Values, spellings of keys and whatever stands behind the configuration stay. Throws `CONFIG_SYNTAX`.
 */
export function formatConfigText(input: string, file: string): string {
  const parsed = parseSyntax(input)
  const { text } = parsed
  if (!parsed.ok) {
    const { message, offset, hint } = parsed.problem
    const before = text.slice(0, offset).split('\n')
    const why = `${visible(file)}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: ${message}`
    throw new Fault('CONFIG_SYNTAX', { why, ...(hint !== undefined && { hint }) })
  }
  const { root, ignoredFrom = text.length } = parsed
  const printer = new Printer(text, commentsIn(text))
  const end = root.offset + root.length
  const head = printer.between(0, root.offset).map((comment) => `${comment.text}\n`)
  const tail = printer.between(end, ignoredFrom).map((comment) => `${comment.text}\n`)
  const rest = text.slice(ignoredFrom)
  return `${head.join('')}${printer.print(root, CONFIG_SCHEMA, '')}\n${tail.join('')}${rest}`
}

/** One member of an object or list, with the comments that go where it goes. */
interface Member {
  readonly node: Node
  readonly key?: string
  readonly schema: SchemaNode | undefined
  readonly above: readonly Comment[]
  readonly behind: readonly Comment[]
}

class Printer {
  readonly #text: string
  readonly #comments: readonly Comment[]

  constructor(text: string, comments: readonly Comment[]) {
    this.#text = text
    this.#comments = comments
  }

  /** Those that lie whole between two offsets. */
  between(from: number, to: number): readonly Comment[] {
    let low = 0
    let high = this.#comments.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#comments[middle]?.offset ?? 0) < from) low = middle + 1
      else high = middle
    }
    let end = low
    while (end < this.#comments.length && (this.#comments[end]?.end ?? 0) <= to) end++
    return this.#comments.slice(low, end)
  }

  print(node: Node, schema: SchemaNode | undefined, indent: string): string {
    if (node.type !== 'object' && node.type !== 'array') return this.#raw(node)
    const [open, close] = node.type === 'object' ? ['{', '}'] : ['[', ']']
    const { members, left } = this.#membersOf(node, schema)
    if (members.length === 0 && left.length === 0) return `${open}${close}`
    const short = this.#onOneLine(node, indent)
    if (short !== undefined) return short
    const inner = indent + INDENT
    const lines = members.flatMap((member, i) => this.#printMember(member, inner, i < members.length - 1))
    const dangling = left.map(({ text }) => inner + text)
    return [open, ...lines, ...dangling, indent + close].join('\n')
  }

  #printMember({ node, key, schema, above, behind }: Member, indent: string, more: boolean): string[] {
    const name = key === undefined ? '' : `${key}: `
    const comma = more ? ',' : ''
    const notes = behind.map(({ text }) => ` ${text}`).join('')
    return [
      ...above.map(({ text }) => indent + text),
      `${indent}${name}${this.print(node, schema, indent)}${comma}${notes}`,
    ]
  }

  /** Members in their order, and the comments that belong to none. */
  #membersOf(
    node: Node,
    general: SchemaNode | undefined,
  ): { members: readonly Member[]; left: readonly Comment[] } {
    const children = node.children ?? []
    const schema = node.type === 'object' ? specialise(general, this.#words(node)) : general
    const members: Member[] = []
    let from = node.offset + 1
    for (const [i, child] of children.entries()) {
      const end = child.offset + child.length
      const next = children[i + 1]?.offset ?? node.offset + node.length
      const behind = this.between(end, next).filter(
        ({ offset }) => !this.#text.slice(end, offset).includes('\n'),
      )
      const above = this.between(from, child.offset)
      from = behind.at(-1)?.end ?? end
      const member = this.#member(child, schema)
      const within = this.between(child.offset, member.node.offset)
      members.push({ ...member, above: [...above, ...within], behind })
    }
    const left = this.between(from, node.offset + node.length)
    if (node.type === 'array') return { members, left }
    const rank = ({ key = '' }: Member): number => rankOf(schema, key.slice(1, -1))
    return { members: members.toSorted((a, b) => rank(a) - rank(b)), left }
  }

  #member(child: Node, schema: SchemaNode | undefined): Pick<Member, 'node' | 'key' | 'schema'> {
    const [keyNode, value] = child.type === 'property' ? (child.children ?? []) : []
    if (keyNode === undefined || value === undefined) return { node: child, schema: schema?.items }
    return { node: value, key: this.#raw(keyNode), schema: schemaOf(schema, String(keyNode.value))?.node }
  }

  /** The texts of an object, which decide what else it may hold. */
  #words(node: Node): Readonly<Record<string, unknown>> {
    const pairs = (node.children ?? []).map(({ children = [] }) => [
      String(children[0]?.value),
      children[1]?.value,
    ])
    return Object.fromEntries(pairs) as Readonly<Record<string, unknown>>
  }

  /** A list of plain values without comments that fits; undefined for anything else. */
  #onOneLine(node: Node, indent: string): string | undefined {
    const children = node.children ?? []
    const plain = children.every(({ type }) => type !== 'object' && type !== 'array')
    if (node.type !== 'array' || !plain) return undefined
    if (this.between(node.offset, node.offset + node.length).length > 0) return undefined
    const line = `[${children.map((child) => this.#raw(child)).join(', ')}]`
    return indent.length + line.length <= WIDTH ? line : undefined
  }

  #raw({ offset, length }: Node): string {
    return this.#text.slice(offset, offset + length)
  }
}
