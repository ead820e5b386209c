import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findAgreement } from '../../../src/ntp/agreement.js'
import { judgeSkew } from '../../../src/ntp/verdict.js'

const at = (skewMs: number, errorMs = 10) => ({ skewMs, errorMs })

describe('agreement', () => {
  it('is the median of those that agree, with what they differ by', () => {
    const { skewMs, uncertaintyMs, outliers } = findAgreement([at(10), at(14), at(30)]) ?? {}
    expect({ skewMs, uncertaintyMs, outliers }).toEqual({ skewMs: 14, uncertaintyMs: 16, outliers: [] })
  })

  it('leaves out whoever lies, whatever is said', () => {
    const liar = at(90_000)
    expect(findAgreement([at(1), liar, at(3)])).toMatchObject({ skewMs: 2, outliers: [liar] })
  })

  it('takes the word of a single source', () => {
    expect(findAgreement([at(-500, 25)])).toMatchObject({ skewMs: -500, uncertaintyMs: 25 })
  })

  it.each([
    ['nobody says anything', []],
    ['two disagree', [at(0), at(5_000)]],
    ['two disagree with two', [at(0), at(1), at(5_000), at(5_001)]],
    ['each says something else', [at(0), at(5_000), at(10_000)]],
  ])('is not there when %s', (_, sources) => {
    expect(findAgreement(sources)).toBeUndefined()
  })

  it('believes a vague source as far as it goes', () => {
    expect(findAgreement([at(0), at(600, 700)])).toMatchObject({ outliers: [], uncertaintyMs: 300 })
  })

  it('stays with the truth while fewer than half lie', () => {
    const lie = fc.integer({ min: 1_000, max: 1e9 })
    fc.assert(
      fc.property(fc.array(lie, { maxLength: 4 }), fc.integer({ min: -1e9, max: 1e9 }), (lies, truth) => {
        const honest = Array.from({ length: lies.length + 1 }, (_, i) => at(truth + (i % 3) * 5))
        const found = findAgreement([...lies.map((by) => at(truth + by)), ...honest])
        expect(Math.abs((found?.skewMs ?? Number.NaN) - truth)).toBeLessThanOrEqual(10)
      }),
    )
  })
})

describe('the verdict', () => {
  const hours = (count: number): number => count * 3_600_000

  it.each([
    [0, 'good', true, true],
    [-60_000, 'good', true, true],
    [60_001, 'warning', true, true],
    [-90_000, 'warning', true, true],
    [90_001, 'warning', true, false],
    [120_000, 'warning', true, false],
    [-120_001, 'refused', false, false],
  ])('on %i ms is %s', (skewMs, level, ...[aead, legacy]) => {
    expect(judgeSkew(skewMs)).toEqual({ level, aead, legacy })
  })

  it.each([
    [hours(8), 8],
    [hours(-3.5) + 20_000, -3.5],
    [hours(5.75) - 59_000, 5.75],
    [hours(1), 1],
    [hours(0.25), 0.25],
  ])('on %i ms names a time zone', (skewMs, zoneHours) => {
    expect(judgeSkew(skewMs).zoneHours).toBe(zoneHours)
  })

  it.each([0, 30_000, -61_000, hours(1) + 61_000, hours(2.1), hours(29), hours(24 * 365)])(
    'on %i ms names none',
    (skewMs) => {
      expect(judgeSkew(skewMs).zoneHours).toBeUndefined()
    },
  )
})
