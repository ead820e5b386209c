/**
 * Small readers that sections are declared with. A shape never throws: it complains at the place and
 * goes on with a stand-in, so that one run names every mistake. The stand-ins never leave `config/`,
 * because a file with an error gives no `Config`.
 */
import { nearestWord } from '../faults/nearest-word.js'
import type { Advice, Place } from './place.js'
import type { RuleId } from './rules/table.js'

/** Elements of one list: the text is refused in any case, and nobody reads on. */
const MAX_BROKEN = 1000

export interface Shape<T> {
  /** Stands in for a value that is refused or missing. */
  readonly blank: T
  /** The rule that a missing value breaks, where one says more than that it is missing. */
  readonly missing?: RuleId
  /** `place` is never null in the file: fields take null as absent before they ask. */
  read(place: Place): T
}

/** What an object does with one of its keys. */
export interface Field<T> {
  /** Further names of the key, tried in order after the own one. */
  readonly aliases: readonly string[]
  readonly blank: T
  /** `place` is undefined when the key is absent or null. */
  read(place: Place | undefined, owner: Place, key: string): T
}

export type Fields = Readonly<Record<string, Field<unknown>>>

export type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

/** A key that must be there. */
export function required<T>(shape: Shape<T>, ...aliases: string[]): Field<T> {
  return {
    aliases,
    blank: shape.blank,
    read(place, owner, key) {
      if (place !== undefined) return shape.read(place)
      owner.spot(key).report(shape.missing ?? 'VM-K03', `${key} is missing`)
      return shape.blank
    },
  }
}

/** A key that may be left out. */
export function optional<T, D>(shape: Shape<T>, fallback: D, ...aliases: string[]): Field<T | D> {
  return { aliases, blank: fallback, read: (place) => (place === undefined ? fallback : shape.read(place)) }
}

/** A key that may be left out, without a default. */
export function maybe<T>(shape: Shape<T>, ...aliases: string[]): Field<T | undefined> {
  return optional<T, undefined>(shape, undefined, ...aliases)
}

/** A key that is known and means nothing here; no complaint. */
export function accepted(): Field<undefined> {
  return { aliases: [], blank: undefined, read: () => undefined }
}

/** A known key that this program does not act on, harmless: a warning when it is switched on. */
export function ignored(message: string, hint?: string): Field<undefined> {
  return switchedOff('VM-E02', message, hint)
}

/** A known key that would change where traffic goes or how safe it is: an error when switched on. */
export function refused(message: string, hint?: string): Field<undefined> {
  return switchedOff('VM-E01', message, hint)
}

function switchedOff(rule: RuleId, message: string, hint: string | undefined): Field<undefined> {
  const shape = beside(rule, message, hint)(anything)
  return { aliases: [], blank: undefined, read: (place) => void (place && shape.read(place)) }
}

/**
 * A shape whose value is checked as others understand it and then not acted on: a complaint when the
 * value asks for something.
 */
export function beside(
  rule: RuleId,
  message: string,
  hint?: string,
): (shape: Shape<unknown>) => Shape<undefined> {
  return (shape) => ({
    blank: undefined,
    read(place) {
      shape.read(place)
      if (!isSwitchedOff(place)) place.report(rule, message, hint)
      return undefined
    },
  })
}

/** A shape in which a value of the wrong kind or range breaks a rule of its own. */
export function ruled<T>(rule: RuleId, shape: Shape<T>): Shape<T> {
  return { ...shape, missing: rule, read: (place) => shape.read(place.under(rule)) }
}

/** Values that ask for nothing: false, 0, empty ones, and objects whose `enabled` is not true. */
function isSwitchedOff(place: Place): boolean {
  const { value } = place
  if (value === false || value === 0 || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  if (typeof value !== 'object') return false
  const enabled = place.entries().get('enabled')
  return place.entries().size === 0 || (enabled !== undefined && enabled.place.value !== true)
}

export interface ObjectOptions {
  /** Keys that people put here by mistake → where they belong. */
  readonly elsewhere?: Readonly<Record<string, string>>
  /** Keys that people write by mistake → how they are spelt. */
  readonly renamed?: Readonly<Record<string, string>>
}

/** An object of known keys. Unknown ones are warned about, with the key that was probably meant. */
export function object<const F extends Fields>(fields: F, options: ObjectOptions = {}): Shape<Values<F>> {
  const names = Object.entries(fields).flatMap(([key, field]) => [key, ...field.aliases])
  const known = new Map(names.map((name) => [name.toLowerCase(), name]))
  return {
    blank: mapFields(fields, (field) => field.blank),
    read(place) {
      if (!expectKind(place, 'object', 'an object')) return this.blank
      warnUnknownKeys(place, known, options)
      return mapFields(fields, (field, key) => field.read(pickNamed(place, key, field.aliases), place, key))
    },
  }
}

function mapFields<F extends Fields>(
  fields: F,
  take: (field: Field<unknown>, key: string) => unknown,
): Values<F> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [key, take(field, key)]),
  ) as Values<F>
}

function pickNamed(owner: Place, key: string, aliases: readonly string[]): Place | undefined {
  const found = [key, ...aliases].flatMap((name) => owner.child(name) ?? [])
  for (const unused of found.slice(1))
    unused.report('VM-K05', `has no effect beside ${found[0]?.path ?? key}`)
  return found[0]
}

function warnUnknownKeys(place: Place, known: ReadonlyMap<string, string>, options: ObjectOptions): void {
  const misplaced = lowered(options.elsewhere)
  const renamed = lowered(options.renamed)
  for (const [lower, { key, keyPlace }] of place.entries()) {
    if (known.has(lower)) continue
    const target = misplaced.get(lower)
    const meant = renamed.get(lower)
    if (target !== undefined) keyPlace.report('VM-K02', UNKNOWN_KEY, `it belongs into ${target}`)
    else if (meant !== undefined) keyPlace.report('VM-K02', UNKNOWN_KEY, renaming(place, keyPlace, meant))
    else {
      const near = place.source.listens('VM-K01') ? nearestWord(key, known.values()) : undefined
      keyPlace.report('VM-K01', UNKNOWN_KEY, near && `did you mean ${near}?`)
    }
  }
}

const UNKNOWN_KEY = 'unknown key, ignored'

function lowered(words: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> {
  return new Map(Object.entries(words).map(([key, value]) => [key.toLowerCase(), value]))
}

function renaming(owner: Place, keyPlace: Place, meant: string): Advice {
  const hint = `did you mean ${meant}?`
  return owner.entries().has(meant.toLowerCase()) ? hint : { hint, fix: keyPlace.replacedBy(`"${meant}"`) }
}

/** An array; each element is read, null ones are refused. */
export function array<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    blank: [],
    read(place) {
      if (!expectKind(place, 'array', 'an array')) return []
      return readElements(place.items(), (element) => {
        if (!element.isNull) return item.read(element)
        element.report('VM-V04', 'null is not allowed in this list')
        return item.blank
      })
    },
  }
}

/** What is read from each place of a list, up to the thousandth that has an error in it. */
export function readElements<T>(
  places: readonly Place[],
  read: (place: Place, index: number) => T,
): readonly T[] {
  const values: T[] = []
  let broken = 0
  for (const [i, place] of places.entries()) {
    const before = place.source.count('error')
    values.push(read(place, i))
    if (place.source.count('error') > before && ++broken === MAX_BROKEN) break
  }
  return values
}

/** Another shape's value turned into something else. `blank` stands in for it. */
export function convert<T, U>(shape: Shape<T>, blank: U, next: (value: T, place: Place) => U): Shape<U> {
  return { blank, read: (place) => next(shape.read(place), place) }
}

/** Another shape with a further look at the value; `next` gives it back, or what is to stand for it. */
export function check<T>(shape: Shape<T>, next: (value: T, place: Place) => T): Shape<T> {
  return convert(shape, shape.blank, next)
}

/** Whatever stands there, to be read later by someone who knows more. */
export const anything: Shape<Place | undefined> = { blank: undefined, read: (place) => place }

/** Complains unless the value is of the JSON kind. `wanted` is the kind in words. */
export function expectKind(place: Place, kind: Place['node']['type'], wanted: string): boolean {
  if (place.node.type === kind) return true
  place.report('VM-V01', `must be ${wanted}, found ${kindOf(place)}`)
  return false
}

/** The kind of a value in words; never the value, which may be a secret. */
export function kindOf(place: Place): string {
  const { type } = place.node
  if (type === 'null') return 'null'
  return type === 'array' || type === 'object' ? `an ${type}` : `a ${type}`
}
