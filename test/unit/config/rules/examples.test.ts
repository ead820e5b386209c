import { describe, expect, it } from 'vitest'
import { checkText } from '../../../../src/config/check-text.js'
import { RULES, type RuleId } from '../../../../src/config/rules/table.js'
import { EXAMPLES, FILE_PROBES } from './examples.js'

const ids = Object.keys(RULES) as RuleId[]

function broken(text: string, options: object = {}): RuleId[] {
  return checkText(text, { file: 'x.json', ...options }).map(({ rule }) => rule)
}

it('every rule has an example', () => {
  expect([...Object.keys(EXAMPLES), ...FILE_PROBES].toSorted()).toEqual(ids.toSorted())
})

describe.each(Object.entries(EXAMPLES))('%s', (id, { bad, good, options }) => {
  it('is broken by the bad example', () => {
    expect(broken(bad, options)).toContain(id)
  })

  it('is kept by the good one', () => {
    expect(broken(good, options)).not.toContain(id)
  })

  it('can be left out', () => {
    expect(broken(bad, { ...options, ignore: [id] })).not.toContain(id)
    expect(new Set(broken(bad, { ...options, only: [id] }))).toEqual(new Set([id]))
  })
})
