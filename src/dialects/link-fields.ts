/** The fields of a link by name, read leniently; both forms of link use it (share-formats §13.1). */
import { Fault } from '../faults/fault.js'
import { quoteText } from './display-text.js'
import type { JsonValue } from './profile.js'

const TRUE_WORDS: readonly string[] = ['1', 'true', 'yes', 'on']
const FALSE_WORDS: readonly string[] = ['', '0', 'false', 'no', 'off', 'none', 'null']
/** `443`, `443.0`: some panels write every number as a float. */
const WHOLE = /^-?\d{1,10}(\.0+)?$/

const MOST_NOTES = 50

const CONTROL = /\p{Cc}/u
const LONE_SURROGATE = /\p{Cs}/gu

interface NamedValue {
  readonly key: string
  readonly value: JsonValue
}

interface SectionPlace {
  /** JSON pointer within the node. */
  readonly pointer: string
  readonly notes: string[]
}

/** What reading one node collects: its fields, which of them were understood, and remarks. */
export class LinkFields {
  /** Remarks for the user: what was odd, and what was made of it. */
  readonly notes: string[]
  readonly #pointer: string
  readonly #fields = new Map<string, NamedValue>()
  readonly #known = new Set<string>()
  readonly #sections: LinkFields[] = []

  /** Keys compare without case, `-` and `_`; the last of several equal ones counts. */
  constructor(entries: Iterable<readonly [string, JsonValue]>, place?: SectionPlace) {
    this.notes = place?.notes ?? []
    this.#pointer = place?.pointer ?? ''
    for (const [key, value] of entries) {
      const name = normalKey(key)
      if (this.#fields.has(name)) this.note(`${quoteText(key)} stands there twice; the last one counts`)
      this.#fields.set(name, { key, value })
    }
  }

  /** Up to a limit: whoever wrote the node decides how odd it is. */
  note(text: string): void {
    if (this.notes.length < MOST_NOTES) this.notes.push(text)
    else if (this.notes.length === MOST_NOTES) this.notes.push('more remarks were left out')
  }

  /** Marks keys as understood, although they may mean nothing in this link. */
  know(keys: readonly string[]): void {
    for (const key of keys) this.#known.add(normalKey(key))
  }

  /**
   * The first of the keys that has a text that is not blank, as trimmed text; `''` for none. Throws
   * `LINK_FIELD` for control characters: such a text would end up in request heads.
   */
  text(...keys: string[]): string {
    const found = this.rawText(...keys)
    if (CONTROL.test(found)) throw refuseField(keys[0] ?? '', 'it holds control characters')
    return found
  }

  /** The same with any character in it, for names. */
  rawText(...keys: string[]): string {
    return keys.map((key) => toText(this.#take(key))).find((text) => text !== '') ?? ''
  }

  /** The same as a list: JSON lists, or texts split at commas. */
  list(...keys: string[]): readonly string[] {
    return this.text(...keys)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
  }

  /** A yes-or-no field; undefined when it is absent, blank, or holds another word (noted). */
  flag(...keys: string[]): boolean | undefined {
    for (const key of keys) {
      const text = this.text(key).toLowerCase()
      if (text === '') continue
      if (TRUE_WORDS.includes(text)) return true
      if (FALSE_WORDS.includes(text)) return false
      this.note(`${key} is ${quoteText(text)}, neither yes nor no; ignored`)
    }
    return undefined
  }

  /** A whole number; undefined when absent or blank. Throws `LINK_FIELD` for other text. */
  whole(key: string, ...aliases: string[]): number | undefined {
    const text = this.text(key, ...aliases)
    if (text === '') return undefined
    if (!WHOLE.test(text)) throw refuseField(key, `${quoteText(text)} is not a whole number`)
    return Number(text)
  }

  /** Whether any of the keys stands there with something other than null. */
  has(...keys: string[]): boolean {
    return keys.some((key) => (this.#fields.get(normalKey(key))?.value ?? null) !== null)
  }

  /** Whatever stands there; undefined when absent. */
  value(key: string): JsonValue | undefined {
    return this.#take(key)
  }

  /** The object under the first of the keys that holds one; one without fields otherwise. */
  section(...keys: string[]): LinkFields {
    const key = keys.find((candidate) => this.has(candidate))
    if (key === undefined) return new LinkFields([], { pointer: '', notes: this.notes })
    return this.inner(this.#take(key), this.#pointerTo(key))
  }

  /** Another object that belongs to this node, under a pointer of the caller's. */
  inner(value: JsonValue | undefined, pointer: string): LinkFields {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!isObject) throw refuseField(pointer, 'it is no object')
    const section = new LinkFields(Object.entries(value as object), { pointer, notes: this.notes })
    this.#sections.push(section)
    return section
  }

  /** Values of a list; one value stands for a list of one, nothing for an empty one. */
  items(key: string): readonly JsonValue[] {
    const value = this.#take(key) ?? null
    if (value === null) return []
    return Array.isArray(value) ? value : [value as JsonValue]
  }

  /** Header values by name: several stand between commas or in a list. Throws `LINK_FIELD` as `text` does. */
  headers(key: string): readonly (readonly [string, readonly string[]])[] {
    const value = this.#take(key) ?? null
    if (value === null) return []
    const fields = this.inner(value, this.#pointerTo(key))
    return Object.keys(value).flatMap((name) => {
      const found = fields.items(name)
      const values = found.map((item) => toText(item)).filter((text) => text !== '')
      if ([name, ...values].some((text) => CONTROL.test(text)))
        throw refuseField(key, 'it holds control characters')
      return values.length === 0 ? [] : [[name, values]]
    })
  }

  /** What no reader asked for, by JSON pointer, sections included. */
  pointers(): ReadonlyMap<string, JsonValue> {
    const own = [...this.extra()].map(([key, value]): [string, JsonValue] => [this.#pointerTo(key), value])
    return new Map([...own, ...this.#sections.flatMap((section) => [...section.pointers()])])
  }

  #pointerTo(key: string): string {
    const written = this.#fields.get(normalKey(key))?.key ?? key
    return `${this.#pointer}/${written.replaceAll('~', '~0').replaceAll('/', '~1')}`
  }

  /** What no reader asked for, by the names in the link. */
  extra(): ReadonlyMap<string, JsonValue> {
    const rest = [...this.#fields].filter(([name]) => !this.#known.has(name))
    return new Map(rest.map(([, { key, value }]) => [key, value]))
  }

  #take(key: string): JsonValue | undefined {
    const name = normalKey(key)
    this.#known.add(name)
    return this.#fields.get(name)?.value
  }
}

/** `LINK_FIELD` for one field. `why` must not hold an id. */
export function refuseField(field: string, why: string, cause?: unknown): Fault {
  return new Fault('LINK_FIELD', { why: `${field}: ${why}`, context: { field }, cause })
}

function normalKey(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, '')
}

function toText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(toText).join(',')
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value).replace(LONE_SURROGATE, '\uFFFD').trim()
}
