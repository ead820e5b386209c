import { describe, expect, it } from 'vitest'
import { checkUuid, makeUuids } from '../../../src/operations/uuid.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import { faultOf } from '../../support/fault-of.js'

describe('ids', () => {
  it('are different, and the same for the same dice', () => {
    const twice = [1, 2].map(() => makeUuids({ count: 3, random: makeSeededRandom(7) }))
    expect(twice[0]).toEqual(twice[1])
    expect(new Set(twice[0]).size).toBe(3)
  })

  it('come from a name as in Xray', () => {
    expect(makeUuids({ from: 'example' })).toEqual(['feb54431-301b-52bb-a6dd-e1e93e81bb9e'])
  })

  it('are written as asked', () => {
    expect(makeUuids({ from: 'example', upper: true, compact: true })).toEqual([
      'FEB54431301B52BBA6DDE1E93E81BB9E',
    ])
  })

  it.each(['', 'x'.repeat(31), '中'.repeat(11)])('do not come from %j', (from) => {
    expect(faultOf(() => makeUuids({ from })).code).toBe('VMESS_ID')
  })
})

describe('a check', () => {
  it.each([
    [
      'B3F1C2D45E6F4A7B8C9D0E1F2A3B4C5D',
      { uuid: 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d', version: 4, mapped: false },
    ],
    ['00000000-0000-0000-0000-000000000000', { uuid: '00000000-0000-0000-0000-000000000000', mapped: false }],
    [' example\n', { uuid: 'feb54431-301b-52bb-a6dd-e1e93e81bb9e', version: 5, mapped: true }],
  ])('of %j', (text, report) => {
    expect(checkUuid(text)).toEqual(report)
  })

  it('refuses what nothing would take', () => {
    expect(faultOf(() => checkUuid('b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5')).code).toBe('VMESS_ID')
  })
})
