import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJsonSource } from '../../../src/dialects/json-source.js'
import { StoreDocument } from '../../../src/operations/profiles/document.js'
import { MAX_PLACED_VALUES, measureJson } from '../../../src/text/json-extent.js'
import { faultOf } from '../../support/fault-of.js'

/** Members of objects and elements of lists. */
function count(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inner = Object.values(value)
  return inner.length + inner.reduce<number>((sum, one) => sum + count(one), 0)
}

describe('the measure of JSON', () => {
  it('counts what a value holds, and ends where it ends', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ' ', '\n  '), (json, gap) => {
        const text = `${gap}${json}`
        const extent = measureJson(`${text} ,{"more": 1}`, 1_000_000)
        expect(extent).toMatchObject({ end: text.length, open: [], matched: true })
        expect(extent.values).toBe(count(JSON.parse(json)))
      }),
    )
  })

  it('says where there is one too many', () => {
    expect(measureJson('[1, 2, 3, 4]', 3).tooManyAt).toBe(8)
    expect(measureJson('[1, 2, 3]', 3).tooManyAt).toBeUndefined()
  })

  it('knows brackets of the wrong kind, and those that stay open', () => {
    expect(measureJson('{"a": [}]', 9).matched).toBe(false)
    expect(measureJson(' {"a": [1', 9).open).toEqual([1, 7])
  })
})

describe('too many values', () => {
  const many = (count: number): string => `[${'{},'.repeat(count)}{}]`

  it('of plain JSON are refused with the line', () => {
    const fault = faultOf(() => parseJsonSource(`\n\n${many(2_000_000)}`))
    expect(fault).toMatchObject({ code: 'LINK_SOURCE_SIZE', why: expect.stringContaining('in line 3') })
  })

  it('of JSON with a comma too many, of which a tree is made, sooner', () => {
    const text = `${many(MAX_PLACED_VALUES).slice(0, -1)},]`
    expect(faultOf(() => parseJsonSource(text)).code).toBe('LINK_SOURCE_SIZE')
    expect(parseJsonSource('[1,2,]')).toEqual([1, 2])
  })

  it('in a store are no store of ours', () => {
    expect(faultOf(() => new StoreDocument(`{"profiles": ${many(2_000_000)}}`)).code).toBe('PROFILE_STORE')
  })
})
