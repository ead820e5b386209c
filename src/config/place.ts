/** A value in the file together with where it stands, and the list of complaints it may add to. */
import { getNodeValue, type Node } from 'jsonc-parser'
import { LineIndex, type LinePlace } from '../text/lines.js'
import { pointerOf, type Span } from '../text/text-tree.js'
import type { ConfigIssue, Edit } from './issue.js'
import { removalOf } from './edits.js'
import type { Severity } from './rules/rule.js'
import type { Judge, RuleId } from './rules/table.js'

/** Environment variables that `env:NAME` may name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Of each severity; a file with more of them is no configuration written by a person. */
const MAX_ISSUES = 100
/** Longest JSON pointer in a complaint: keys may be megabytes long. */
const MAX_PATH = 200

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

export interface SourceOptions {
  /** Where `env:NAME` is looked up. */
  readonly environment: Environment
  /** How bad it is to break a rule. */
  readonly judge: Judge
  /** How many complaints of each severity, and in all, are kept; 100 unless given. */
  readonly limit?: number
}

/** A complaint before its place is known in lines. */
export interface Complaint {
  readonly rule: RuleId
  readonly path: string
  readonly offset: number
  readonly length: number
  readonly message: string
  readonly hint?: string | undefined
  readonly fix?: Mending | undefined
}

/** The edits that mend something, or what makes them when somebody asks. */
export type Mending = readonly Edit[] | (() => readonly Edit[])

/** What a complaint may say beside its message. */
export type Advice =
  | string
  | undefined
  | { readonly hint?: string | undefined; readonly fix?: Mending | undefined }

/** A file that the configuration names, to be looked at by somebody who may read files. */
export interface FileReference {
  readonly kind: 'certificate' | 'key' | 'log' | 'geo'
  readonly file: string
  readonly place: Place
  /** The key of a certificate, or the other way round. */
  readonly partner?: string
  /** The text itself, in place of a file; then of the key, too. */
  readonly pem?: string
  readonly partnerPem?: string
}

/** The text being read, and what was found wrong in it so far: all is counted, the first ones are kept. */
export class Source {
  readonly #kept: Record<Severity, ConfigIssue[]> = { error: [], warning: [], note: [] }
  readonly #counts: Record<Severity, number> = { error: 0, warning: 0, note: 0 }
  readonly #repeats = new Set<number>()
  readonly text: string
  readonly environment: Environment
  /** Files named on the way. */
  readonly references: FileReference[] = []
  readonly #judge: Judge
  readonly #limit: number
  readonly #lines: LineIndex
  #confines: readonly Span[] | undefined

  constructor(text: string, { environment, judge, limit = MAX_ISSUES }: SourceOptions) {
    this.text = text
    this.environment = environment
    this.#judge = judge
    this.#limit = limit
    this.#lines = new LineIndex(text)
  }

  /** From now on only complaints inside of these parts count, and none of them is mended. */
  confineTo(parts: readonly Span[]): void {
    this.#confines = parts
  }

  #isOutside(offset: number): boolean {
    return (
      this.#confines !== undefined &&
      !this.#confines.some((part) => offset >= part.offset && offset < part.offset + part.length)
    )
  }

  report({ path, hint, fix: given, ...rest }: Complaint): void {
    const severity = this.#judge(rest.rule)
    if (severity === undefined || this.#isOutside(rest.offset) || this.#isRepeated(rest)) return
    const fix = this.#confines === undefined ? given : undefined
    this.#counts[severity]++
    if (this.#kept[severity].length >= this.#limit) return
    const shown = path.length > MAX_PATH ? `${path.slice(0, MAX_PATH)}…` : path
    this.#kept[severity].push({
      ...rest,
      severity,
      path: shown,
      ...this.position(rest.offset),
      ...(hint !== undefined && { hint }),
      ...(fix !== undefined && { fix: typeof fix === 'function' ? fix() : fix }),
    })
  }

  /** An object may be read more than once; what is said about its keys is said once. */
  #isRepeated({ rule, offset }: Pick<Complaint, 'rule' | 'offset'>): boolean {
    if (rule !== 'VM-K04') return false
    if (this.#repeats.has(offset)) return true
    this.#repeats.add(offset)
    return false
  }

  /** How many complaints of a severity there were, kept or not. */
  count(severity: Severity): number {
    return this.#counts[severity]
  }

  /** Whether a complaint about a rule would be kept: not so when it is off, or after too many. */
  listens(rule: RuleId): boolean {
    const severity = this.#judge(rule)
    return severity !== undefined && this.#kept[severity].length < this.#limit
  }

  /**
   * At most the limit of complaints in file order, errors before warnings when there is no room for all;
   * one more at the end then says how many are missing.
   */
  issues(): readonly ConfigIssue[] {
    const listed = SEVERITIES.flatMap((severity) => this.#kept[severity]).slice(0, this.#limit)
    listed.sort((a, b) => a.offset - b.offset)
    const missing = SEVERITIES.reduce((sum, severity) => sum + this.#counts[severity], -listed.length)
    const last = listed.at(-1)
    if (missing === 0 || last === undefined) return listed
    const severity = this.#counts.error > this.#limit ? 'error' : 'warning'
    const message = `${missing} more problems are not listed`
    const { rule, line, column, offset } = last
    return [...listed, { rule, severity, path: '', line, column, offset, length: 0, message }]
  }

  /** Line and column of an offset, both from 1. */
  position(offset: number): LinePlace {
    return this.#lines.position(offset)
  }
}

export interface Entry {
  /** As the file writes it. */
  readonly key: string
  /** Key and value together. */
  readonly node: Node
  /** Where the key stands. */
  readonly keyPlace: Place
  readonly place: Place
}

export class Place {
  readonly source: Source
  readonly node: Node
  /** JSON pointer. */
  readonly path: string
  /** Stands in for the rules about values of any kind, which know less. */
  readonly rule: RuleId | undefined
  #entries: ReadonlyMap<string, Entry> | undefined
  #items: readonly Place[] | undefined

  constructor(source: Source, node: Node, at: string | { readonly path: string; readonly rule: RuleId }) {
    this.source = source
    this.node = node
    this.path = typeof at === 'string' ? at : at.path
    this.rule = typeof at === 'string' ? undefined : at.rule
  }

  /** The same place, where whatever is wrong with the kind or range of the value breaks this rule. */
  under(rule: RuleId): Place {
    return new Place(this.source, this.node, { path: this.path, rule })
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

  /** Complains about this place. `advice` is a hint, or a hint and the edits that mend it. */
  report(rule: RuleId, message: string, advice?: Advice): void {
    const { offset, type } = this.node
    // What is missing in an object is not all of the object.
    const length = type === 'object' || type === 'array' ? 1 : this.node.length
    const { hint, fix } = typeof advice === 'object' ? advice : { hint: advice, fix: undefined }
    const broken = this.rule !== undefined && rule.startsWith('VM-V') ? this.rule : rule
    this.source.report({ rule: broken, path: this.path, offset, length, message, hint, fix })
  }

  /** The edit that writes something else here. */
  replacedBy(text: string): readonly Edit[] {
    return [{ offset: this.node.offset, length: this.node.length, text }]
  }

  /** The elements of an array; none for anything else. */
  items(): readonly Place[] {
    if (this.node.type !== 'array') return []
    this.#items ??= (this.node.children ?? []).map(
      (node, i) => new Place(this.source, node, `${this.path}/${i}`),
    )
    return this.#items
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
    return this.child(key) ?? new Place(this.source, this.node, `${this.path}${pointerOf([key])}`)
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
      const path = `${this.path}${pointerOf([key])}`
      const keyPlace = new Place(this.source, keyNode, path)
      const before = entries.get(key.toLowerCase())
      if (before !== undefined) this.#reportRepeat(before, keyPlace, valueNode)
      const place = new Place(this.source, valueNode, path)
      entries.set(key.toLowerCase(), { key, node: property, keyPlace, place })
    }
    return entries
  }

  /** Without the first one nothing changes, unless both are objects: V2Ray merges those. */
  #reportRepeat(first: Entry, second: Place, value: Node): void {
    const merged = first.place.node.type === 'object' && value.type === 'object'
    const fix = merged || value.type === 'null' ? undefined : () => [removalOf(this.source.text, first.node)]
    second.report('VM-K04', 'this key stands here twice; the last one counts', { fix })
  }
}
