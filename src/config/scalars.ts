/** Shapes of plain values. Nothing is coerced: a number in quotes is no number (config §1.2). */
import { nearestWord } from '../faults/nearest-word.js'
import type { Place } from './place.js'
import type { RuleId } from './rules/table.js'
import { expectKind, kindOf, readElements, type Shape } from './shape.js'

const INTEGER = /^(0|-?[1-9]\d*)$/
/** How much of a wrong value is quoted. */
const MAX_QUOTED = 40

export const text: Shape<string> = {
  blank: '',
  read(place) {
    if (place.node.type === 'string') return place.node.value as string
    const fix = place.node.type === 'number' ? place.replacedBy(`"${place.raw}"`) : undefined
    place.report('VM-V01', `must be a string, found ${kindOf(place)}`, { fix })
    return ''
  },
}

/** A string turned into something else. `next` is not asked about a value that is no string. */
export function textThat<T>(blank: T, next: (value: string, place: Place) => T): Shape<T> {
  return {
    blank,
    read: (place) =>
      expectKind(place, 'string', 'a string') ? next(place.node.value as string, place) : blank,
  }
}

export const flag: Shape<boolean> = {
  blank: false,
  read(place) {
    if (place.node.type === 'boolean') return place.node.value as boolean
    const quoted = /^"(true|false)"$/i.exec(place.raw)?.[1]?.toLowerCase()
    const fix = quoted === undefined ? undefined : place.replacedBy(quoted)
    place.report('VM-V01', `must be true or false, found ${kindOf(place)}`, { fix })
    return false
  },
}

export const uint16 = wholeNumber(0, 65_535)
export const uint32 = wholeNumber(0, 4_294_967_295)

/** An integer literal: `1.0` and `1e3` are refused, as Go refuses them. */
export function wholeNumber(min: number, max: number): Shape<number> {
  return {
    blank: min,
    read(place) {
      const range = `a whole number from ${min} to ${max}`
      const isWhole = (number: number): boolean =>
        Number.isSafeInteger(number) && number >= min && number <= max
      if (place.node.type !== 'number') {
        const quoted = /^"(-?\d{1,10})"$/.exec(place.raw)?.[1]
        const fix =
          quoted !== undefined && isWhole(Number(quoted)) ? place.replacedBy(`${Number(quoted)}`) : undefined
        const hint = fix && 'write it without quotes'
        place.report('VM-V01', `must be ${range}, found ${kindOf(place)}`, { hint, fix })
        return min
      }
      const number = Number(place.raw)
      if (INTEGER.test(place.raw) && isWhole(number)) return number
      const hint = /[.eE]/.test(place.raw) ? 'write it without a point or an exponent' : undefined
      const fix = isWhole(number) ? place.replacedBy(`${number}`) : undefined
      place.report('VM-V02', `must be ${range}, found ${place.raw.slice(0, MAX_QUOTED)}`, { hint, fix })
      return min
    },
  }
}

/** One of some words, in any case. Each word gives its value. */
export function word<T>(values: Readonly<Record<string, T>>, blank: T): Shape<T> {
  const known = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]))
  const names = Object.keys(values)
  return {
    blank,
    read(place) {
      if (!expectKind(place, 'string', 'a string')) return blank
      const found = place.node.value as string
      const value = known.get(found.toLowerCase())
      if (value !== undefined) return value
      const near = nearestWord(found, names)
      place.report(
        'VM-V03',
        `${quote(found)} is not one of ${names.join(', ')}`,
        near && `did you mean ${near}?`,
      )
      return blank
    },
  }
}

/** As `word`, where V2Ray takes any other word for a default: that is done too, with a warning. */
export function wordOr<T>(
  values: Readonly<Record<string, T>>,
  fallback: string,
  rule: RuleId = 'VM-V05',
): Shape<T> {
  const known = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]))
  const blank = known.get(fallback.toLowerCase()) as T
  return {
    blank,
    read(place) {
      if (!expectKind(place, 'string', 'a string')) return blank
      const found = place.node.value as string
      const value = known.get(found.toLowerCase())
      if (value !== undefined) return value
      const names = Object.keys(values)
        .filter((name) => name !== '')
        .join(', ')
      place.report(rule, `${quote(found)} is not one of ${names}; ${fallback} is used`, {
        fix: place.replacedBy(`"${fallback}"`),
      })
      return blank
    },
  }
}

/** An array of strings, or one string split at commas without trimming, as V2Ray does it. */
export const stringList: Shape<readonly string[]> = {
  blank: [],
  read(place) {
    if (place.node.type === 'string') return (place.node.value as string).split(',')
    if (place.node.type !== 'array') {
      place.report('VM-V01', `must be a list of strings, found ${kindOf(place)}`)
      return []
    }
    return readElements(place.items(), (item) => text.read(item))
  },
}

/** A value for a message: short, control characters escaped. Not for ids and passwords. */
export function quote(value: string): string {
  const short = value.length > MAX_QUOTED ? `${value.slice(0, MAX_QUOTED)}…` : value
  return JSON.stringify(short).replace(/[\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '�')
}
