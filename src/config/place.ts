/** A value in the file together with where it stands, and the list of complaints it may add to. */
import { getNodeValue, type Node } from 'jsonc-parser'
import type { ConfigIssue } from './issue.js'

/** Environment variables that `env:NAME` may name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Of each severity; a file with more of them is no configuration written by a person. */
const MAX_ISSUES = 100
/** Longest JSON pointer in a complaint: keys may be megabytes long. */
const MAX_PATH = 200

/** The text being read, and what was found wrong in it so far: all is counted, the first ones are kept. */
export class Source {
  readonly #kept = { error: [] as ConfigIssue[], warning: [] as ConfigIssue[] }
  readonly #counts = { error: 0, warning: 0 }
  readonly text: string
  readonly environment: Environment
  readonly #lineStarts: readonly number[]

  constructor(text: string, environment: Environment) {
    this.text = text
    this.environment = environment
    this.#lineStarts = findLineStarts(text)
  }

  report(
    issue: Omit<ConfigIssue, 'line' | 'column' | 'hint'> & { offset: number; hint?: string | undefined },
  ): void {
    const { offset, hint, path, ...rest } = issue
    this.#counts[rest.severity]++
    if (this.isFull(rest.severity)) return
    const shown = path.length > MAX_PATH ? `${path.slice(0, MAX_PATH)}…` : path
    const entry = { ...rest, path: shown, ...this.position(offset) }
    this.#kept[rest.severity].push(hint === undefined ? entry : { ...entry, hint })
  }

  /** How many complaints of a severity there were, kept or not. */
  count(severity: ConfigIssue['severity']): number {
    return this.#counts[severity]
  }

  /** Whether another complaint of a severity would only be counted. */
  isFull(severity: ConfigIssue['severity']): boolean {
    return this.#kept[severity].length >= MAX_ISSUES
  }

  /**
   * At most `MAX_ISSUES` complaints in file order, errors before warnings when there is no room for all;
   * one more at the end then says how many are missing.
   */
  issues(): readonly ConfigIssue[] {
    const { error, warning } = this.#kept
    const listed = [...error, ...warning].slice(0, MAX_ISSUES)
    listed.sort((a, b) => a.line - b.line || a.column - b.column)
    const missing = this.#counts.error + this.#counts.warning - listed.length
    const last = listed.at(-1)
    if (missing === 0 || last === undefined) return listed
    const severity = this.#counts.error > MAX_ISSUES ? 'error' : 'warning'
    const message = `${missing} more problems are not listed`
    return [...listed, { severity, path: '', line: last.line, column: last.column, message }]
  }

  /** Line and column of an offset, both from 1. */
  position(offset: number): { line: number; column: number } {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lineStarts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] as number) + 1 }
  }
}

export interface Entry {
  /** As the file writes it. */
  readonly key: string
  /** Where the key stands. */
  readonly keyPlace: Place
  readonly place: Place
}

export class Place {
  readonly source: Source
  readonly node: Node
  /** JSON pointer. */
  readonly path: string
  #entries: ReadonlyMap<string, Entry> | undefined

  constructor(source: Source, node: Node, path: string) {
    this.source = source
    this.node = node
    this.path = path
  }

  get isNull(): boolean {
    return this.node.type === 'null'
  }

  /** The value as plain data. Objects have no prototype. */
  get value(): unknown {
    return getNodeValue(this.node)
  }

  /** The value as the file writes it. */
  get raw(): string {
    return this.source.text.slice(this.node.offset, this.node.offset + this.node.length)
  }

  error(message: string, hint?: string): void {
    this.source.report({ severity: 'error', path: this.path, offset: this.node.offset, message, hint })
  }

  warn(message: string, hint?: string): void {
    this.source.report({ severity: 'warning', path: this.path, offset: this.node.offset, message, hint })
  }

  /** The elements of an array; none for anything else. */
  items(): readonly Place[] {
    if (this.node.type !== 'array') return []
    return (this.node.children ?? []).map((node, i) => new Place(this.source, node, `${this.path}/${i}`))
  }

  /**
   * The members of an object by key in lower case: V2Ray ignores the case of keys, and the last of several
   * counts (config §1.2). Repeats are warned about once.
   */
  entries(): ReadonlyMap<string, Entry> {
    this.#entries ??= this.#readEntries()
    return this.#entries
  }

  /** The value of a key, undefined when it is absent or null. */
  child(key: string): Place | undefined {
    const place = this.entries().get(key.toLowerCase())?.place
    return place?.isNull === true ? undefined : place
  }

  /** Where to complain about a key: at its value, or at the object that lacks it. */
  spot(key: string): Place {
    return this.child(key) ?? new Place(this.source, this.node, `${this.path}/${escapePointer(key)}`)
  }

  /** An empty object where the file has nothing, so that missing fields are named all the same. */
  absentObject(key: string): Place {
    const { offset, length } = this.node
    return new Place(this.source, { type: 'object', offset, length, children: [] }, this.spot(key).path)
  }

  #readEntries(): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>()
    if (this.node.type !== 'object') return entries
    for (const property of this.node.children ?? []) {
      const [keyNode, valueNode] = property.children ?? []
      if (keyNode === undefined || valueNode === undefined) continue
      const key = keyNode.value as string
      const path = `${this.path}/${escapePointer(key)}`
      const keyPlace = new Place(this.source, keyNode, path)
      if (entries.has(key.toLowerCase())) keyPlace.warn('this key stands here twice; the last one counts')
      entries.set(key.toLowerCase(), { key, keyPlace, place: new Place(this.source, valueNode, path) })
    }
    return entries
  }
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function findLineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
