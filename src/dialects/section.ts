/** Objects of configuration files as readers of foreign dialects see them: by key, leniently. */
import { Fault } from '../faults/fault.js'
import { quoteText } from './display-text.js'
import { splitList } from './transport-values.js'

/** `443`, `"443"`; anything else is no number. */
const WHOLE = /^\d{1,10}$/

/**
 * Keys compare without case, `-` and `_`, and the last of several equal ones counts: V2Ray ignores case, its
 * version 5 takes `snake_case` too. A value of another kind than asked for is refused, null is absent.
 */
export class Section {
  /** JSON pointer. */
  readonly pointer: string
  readonly #fields = new Map<string, { readonly key: string; readonly value: unknown }>()

  constructor(value: unknown, pointer: string) {
    this.pointer = pointer
    if (!isObject(value)) throw refuse(pointer, 'it is no object')
    for (const [key, member] of Object.entries(value)) {
      if (member !== null && member !== undefined) this.#fields.set(normalKey(key), { key, value: member })
    }
  }

  has(key: string): boolean {
    return this.#fields.has(normalKey(key))
  }

  /** Any value, undefined when it is absent. */
  value(key: string): unknown {
    return this.#fields.get(normalKey(key))?.value
  }

  /** The text of the first of the keys that is there; empty for none. A number counts as its digits. */
  text(...keys: string[]): string {
    const key = keys.find((candidate) => this.has(candidate))
    if (key === undefined) return ''
    const value = this.value(key)
    if (typeof value === 'string') return value
    if (typeof value === 'number') return String(value)
    throw refuse(this.#at(key), 'it is no text')
  }

  /** A whole number of the range, 0 to 65535 unless told otherwise; undefined when absent. */
  whole(key: string, most = 65_535): number | undefined {
    if (!this.has(key)) return undefined
    const text = String(this.value(key))
    if (WHOLE.test(text) && Number(text) <= most) return Number(text)
    throw refuse(this.#at(key), `${quoteText(text)} is not a whole number from 0 to ${most}`)
  }

  flag(key: string): boolean {
    const value = this.value(key)
    if (value === undefined || typeof value === 'boolean') return value ?? false
    throw refuse(this.#at(key), 'it is neither true nor false')
  }

  /** A list of texts, or one text with commas in it. */
  list(...keys: string[]): readonly string[] {
    const key = keys.find((candidate) => this.has(candidate))
    const value = key === undefined ? [] : this.value(key)
    if (typeof value === 'string') return splitList(value)
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
    throw refuse(this.#at(key ?? ''), 'it is no list of texts')
  }

  /** An object below; an empty one when it is absent. */
  section(...keys: string[]): Section {
    const key = keys.find((candidate) => this.has(candidate))
    return new Section(key === undefined ? {} : this.value(key), this.#at(key ?? keys[0] ?? ''))
  }

  /** The objects of a list; none when it is absent. One object stands for a list of one. */
  sections(...keys: string[]): readonly Section[] {
    const key = keys.find((candidate) => this.has(candidate))
    if (key === undefined) return []
    const value = this.value(key)
    if (isObject(value)) return [new Section(value, this.#at(key))]
    if (!Array.isArray(value)) throw refuse(this.#at(key), 'it is no list')
    return value.map((item, i) => new Section(item, `${this.#at(key)}/${i}`))
  }

  /** `CONFIG_INVALID` for one of the keys. `why` must not hold an id. */
  refuse(key: string, why: string): Fault {
    return refuse(this.#at(key), why)
  }

  #at(key: string): string {
    const written = this.#fields.get(normalKey(key))?.key ?? key
    return `${this.pointer}/${written.replaceAll('~', '~0').replaceAll('/', '~1')}`
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(pointer: string, why: string): Fault {
  return new Fault('CONFIG_INVALID', { why: `${pointer}: ${why}`, context: { path: pointer } })
}

function normalKey(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, '')
}
