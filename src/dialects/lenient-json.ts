/** The JSON inside v2rayN links, as people and panels write it (share-formats §13.1). */
import { type Node, parseTree } from 'jsonc-parser'
import type { JsonValue } from './profile.js'

/** Real links are flat; xhttp's `extra` nests a few levels. */
const MAX_NESTING = 32
/** A string that is never closed takes the rest of the text along: it is not looked for again behind each quote. */
const STRING = /"(?:[^"\\]|\\[\s\S])*"?|'((?:[^'\\]|\\[\s\S])*)('?)/g

/**
 * Members of the object in the order of the text; the last of several equal keys counts. Comments, trailing
 * commas, line breaks inside strings and single quotes are accepted. Undefined if this is no JSON object.
 */
export function parseLenientObject(text: string): ReadonlyMap<string, JsonValue> | undefined {
  if (nestsTooDeep(text)) return undefined
  return readObject(text) ?? readObject(mend(text))
}

function readObject(text: string): ReadonlyMap<string, JsonValue> | undefined {
  const errors: { error: number }[] = []
  const root = parseTree(text, errors as never[], { allowTrailingComma: true, disallowComments: false })
  if (root?.type !== 'object' || errors.length > 0) return undefined
  return new Map(members(root))
}

function members(object: Node): [string, JsonValue][] {
  return (object.children ?? []).flatMap((property): [string, JsonValue][] => {
    const [key, value] = property.children ?? []
    return key === undefined || value === undefined ? [] : [[key.value as string, toValue(value)]]
  })
}

/** Objects are built by definition of own properties: a key such as `__proto__` is a key like any other. */
function toValue(node: Node): JsonValue {
  if (node.type === 'array') return (node.children ?? []).map(toValue)
  if (node.type === 'object') return Object.fromEntries(members(node))
  return node.value as JsonValue
}

/** Raw line breaks and tabs inside strings are dropped, single-quoted strings become double-quoted ones. */
function mend(text: string): string {
  return text.replace(STRING, (token, single: string | undefined, closing: string | undefined) => {
    if (single !== undefined && closing === '') return token
    if (single !== undefined) return `"${single.replace(/\\'/g, "'").replace(/"/g, '\\"')}"`
    return token.replace(/[\r\n\t]/g, '')
  })
}

function nestsTooDeep(text: string): boolean {
  let depth = 0
  for (const char of text) {
    if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    if (depth > MAX_NESTING) return true
  }
  return false
}
