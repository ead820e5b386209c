import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { familyOf, formatRulePage } from '../../../../scripts/rule-page.js'
import type { Rule } from '../../../../src/config/rules/rule.js'
import { judgeFor, judgeToRun, RULES, type RuleId } from '../../../../src/config/rules/table.js'

const page = readFileSync(new URL('../../../../docs/reference/rules.md', import.meta.url), 'utf8')
const ids = Object.keys(RULES) as RuleId[]

test('the reference page is what `npm run docs` writes', () => {
  expect(page).toBe(formatRulePage())
})

test('ids are a family and two digits, counted without gaps but for rules that are gone', () => {
  for (const id of ids) expect(id).toMatch(/^VM-[A-Z]\d\d$/)
  expect(new Set(ids.map(familyOf)).size).toBeGreaterThan(10)
})

test.each(Object.entries<Rule>(RULES))(
  '%s has the house voice: a phrase, then sentences',
  (_, { title, why }) => {
    expect(title).not.toMatch(/\.$/)
    expect(why).toMatch(/^[^a-z].*[.]$|^[a-z?].*[.]$/s)
  },
)

describe('who judges', () => {
  test('this program: its own limits are errors, advice is nobody’s business', () => {
    expect([judgeToRun('VM-E01'), judgeToRun('VM-W03'), judgeToRun('VM-A01')]).toEqual([
      'error',
      undefined,
      'error',
    ])
  })

  test('V2Ray and its kin: limits of this program are a note', () => {
    const judge = judgeFor(undefined)
    expect([judge('VM-E01'), judge('VM-W03'), judge('VM-U03')]).toEqual(['note', 'warning', 'warning'])
  })

  test('one program: what it minds more or less', () => {
    expect([judgeFor('v2ray4')('VM-U03'), judgeFor('xray')('VM-U03')]).toEqual(['error', undefined])
    expect([judgeFor('vmess')('VM-E01'), judgeFor('vmess')('VM-W03')]).toEqual(['error', 'warning'])
  })

  test('a target finds every error that running the file finds', () => {
    const strict = judgeFor('vmess')
    for (const id of ids) if (judgeToRun(id) === 'error') expect([id, strict(id)]).toEqual([id, 'error'])
  })
})
