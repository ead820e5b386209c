/** Users of a vmess inbound, changed in the text of a file so that its comments and layout stay. */
import { applyEdits, modify, type FormattingOptions, type Node } from 'jsonc-parser'
import { Fault } from '../faults/fault.js'
import { blankComments } from '../text/comments.js'
import { parseSyntax } from './syntax.js'
import { visible } from '../text/visible.js'

export interface InboundChoice {
  /** Which vmess inbound, by tag; the only one unless given. */
  readonly tag?: string | undefined
}

export interface NewUser {
  readonly id: string
  readonly email: string
  readonly alterId: number
  readonly level: number
}

type Path = (string | number)[]

/** Where the users of a file stand, as path and as tree. */
interface UserList {
  readonly text: string
  readonly path: Path
  readonly users: readonly Node[]
}

/** The text with a user behind those that are there. Throws `CONFIG_USER` and `CONFIG_SYNTAX`. */
export function addUser(
  text: string,
  user: NewUser,
  choice: InboundChoice & { readonly file: string },
): string {
  const list = findUsers(text, choice)
  const { id, email, alterId, level } = user
  const value = { id, alterId, ...(email !== '' && { email }), ...(level > 0 && { level }) }
  if (list.users.length === 0) return edit(list, list.path, [value])
  return edit(list, [...list.path, list.users.length], value)
}

/** The text without the user at an index. Throws as {@link addUser} does. */
export function removeUser(
  text: string,
  index: number,
  choice: InboundChoice & { readonly file: string },
): string {
  const list = findUsers(text, choice)
  return edit(list, [...list.path, index], undefined)
}

/** Comments are blanked for the package, which knows no `#`; its edits are then made in the text itself. */
function edit({ text }: UserList, path: Path, value: unknown): string {
  const options = { formattingOptions: layoutOf(text), isArrayInsertion: false }
  return applyEdits(text, modify(blankComments(text), path, value, options))
}

function layoutOf(text: string): FormattingOptions {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  '
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 4 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
}

function findUsers(input: string, { file, tag }: InboundChoice & { readonly file: string }): UserList {
  const parsed = parseSyntax(input)
  if (!parsed.ok) throw new Fault('CONFIG_SYNTAX', { why: `${visible(file)}: ${parsed.problem.message}` })
  const found = inboundsIn(parsed.root).filter(
    ({ node }) => textAt(node, 'protocol')?.toLowerCase() === 'vmess',
  )
  const wanted = tag === undefined ? found : found.filter(({ node }) => textAt(node, 'tag') === tag)
  const [only, second] = wanted
  if (only === undefined) {
    throw new Fault('CONFIG_USER', {
      why:
        tag === undefined
          ? `${visible(file)} has no vmess inbound`
          : `no vmess inbound of ${visible(file)} has this tag`,
    })
  }
  if (second !== undefined) {
    throw new Fault('CONFIG_USER', {
      why: `${visible(file)} has ${wanted.length} vmess inbounds`,
      hint: 'name one with --tag',
    })
  }
  const settings = memberOf(only.node, 'settings')
  const clients = settings && (memberOf(settings.node, 'clients') ?? memberOf(settings.node, 'users'))
  const path = [...only.path, settings?.key ?? 'settings', clients?.key ?? 'clients']
  return { text: parsed.text, path, users: clients?.node.children ?? [] }
}

function inboundsIn(root: Node): readonly { readonly node: Node; readonly path: Path }[] {
  const single = memberOf(root, 'inbound')
  const lists = ['inboundDetour', 'inbounds'].flatMap((key) => {
    const list = memberOf(root, key)
    return (list?.node.children ?? []).map((node, i) => ({ node, path: [list?.key ?? key, i] }))
  })
  return [...(single === undefined ? [] : [{ node: single.node, path: [single.key] }]), ...lists]
}

/** The last member of a name, whatever its case: that is the one that counts. */
function memberOf(object: Node, name: string): { readonly key: string; readonly node: Node } | undefined {
  const property = (object.type === 'object' ? (object.children ?? []) : []).findLast(
    ({ children = [] }) => String(children[0]?.value).toLowerCase() === name.toLowerCase(),
  )
  const [key, node] = property?.children ?? []
  return key === undefined || node === undefined ? undefined : { key: String(key.value), node }
}

function textAt(object: Node, name: string): string | undefined {
  const value: unknown = memberOf(object, name)?.node.value
  return typeof value === 'string' ? value : undefined
}
