import { describe, expect, it } from 'vitest'
import { checkText } from '../../../src/config/check-text.js'
import { fixText } from '../../../src/config/fix-text.js'
import { RULES, type RuleId } from '../../../src/config/rules/table.js'
import { EXAMPLES } from './rules/examples.js'

const OPTIONS = { file: 'x.json' }
const fix = (text: string): string => fixText(text, OPTIONS).text

describe('every rule that says so', () => {
  const fixable = Object.entries(EXAMPLES).filter(([id]) => RULES[id as RuleId].fixable)

  /** Examples in which the rule is broken in a way that only a person can mend. */
  const BY_HAND: Readonly<Record<string, string>> = {
    'VM-A01':
      '{"outbounds":[{"protocol":"vmess","settings":{"vnext":[{"address":"a","port":1,"users":[{"id":"9f1b6c2e-4d0a-4c57-8e3b-6a2d7f90c1e4","alterId":"4"}]}]}}]}',
    'VM-B07': '{"outbounds":[{"type":"vmess","server":"a","server_port":1,"uuid":"alice","alter_id":"0"}]}',
    'VM-K02': '{"routing":{"rules":[{"type":"field","network":"tcp","tag":"a"}]}}',
    'VM-V02': '{"policy":{"levels":{"0":{"connIdle":3e2}}}}',
  }

  it.each(fixable)('%s is mended', (id, { bad, options }) => {
    const all = { ...OPTIONS, ...options, only: [id as RuleId] }
    const text = BY_HAND[id] ?? bad
    expect(checkText(text, all).length).toBeGreaterThan(0)
    const { text: mended, fixed } = fixText(text, all)
    expect(fixed.map(({ rule }) => rule)).toContain(id)
    expect(checkText(mended, all)).toEqual([])
  })
})

it('keeps comments, layout and line ends', () => {
  const before =
    '{ // first\r\n  "routing": {\r\n    "rules": [\r\n      {\r\n        "tag": "a", # old\r\n        "network": "tcp"\r\n      },\r\n    ]\r\n  }\r\n}\r\n'
  expect(fix(before)).toBe(
    '{ // first\r\n  "routing": {\r\n    "rules": [\r\n      {\r\n        "type": "field",\r\n        "outboundTag": "a", # old\r\n        "network": "tcp"\r\n      }\r\n    ]\r\n  }\r\n}\r\n',
  )
})

it('takes out the first of two keys with its line', () => {
  expect(
    fix('{\n  "log": null,\n  "outbounds": [],\n  "outbounds": [\n    {"protocol": "freedom"}\n  ]\n}'),
  ).toBe('{\n  "log": null,\n  "outbounds": [\n    {"protocol": "freedom"}\n  ]\n}')
  expect(fix('{"outbounds": [], /* a */ "outbounds": []}')).toBe('{/* a */ "outbounds": []}')
})

it('leaves two objects under one key alone: V2Ray merges them', () => {
  const text =
    '{"log": {"loglevel": "info"}, "log": {"access": "none"}, "outbounds": [{"protocol": "freedom"}]}'
  expect(fix(text)).toBe(text)
})

it('mends what a comma too many hid', () => {
  const { text, fixed } = fixText('{"outbounds": [{"protocol": "freedom", "tag": 5,},]} x', OPTIONS)
  expect(text).toBe('{"outbounds": [{"protocol": "freedom", "tag": "5"}]} ')
  expect(fixed.map(({ rule }) => rule)).toEqual(['VM-F03', 'VM-F03', 'VM-V01', 'VM-F04'])
})

it('keeps a byte order mark that nobody asked about', () => {
  expect(fixText('\uFEFF{"outbounds":[]}', { ...OPTIONS, ignore: ['VM-F02'] }).text).toBe(
    '\uFEFF{"outbounds":[]}',
  )
})

it('does nothing twice', () => {
  for (const { bad } of Object.values(EXAMPLES)) expect(fix(fix(bad))).toBe(fix(bad))
})
