import { describe, expect, it } from 'vitest'
import { checkText } from '../../../src/config/check-text.js'
import { checkConfig, parseConfig } from '../../../src/config/v2ray-json.js'
import { faultOf } from '../../support/fault-of.js'

const MEGABYTE = 1024 * 1024
/** A megabyte is read in a fraction of this even on a busy machine; what is quadratic takes minutes. */
const SOON_MS = 3000

function timed<T>(action: () => T): T {
  const started = performance.now()
  const result = action()
  expect(performance.now() - started).toBeLessThan(SOON_MS)
  return result
}

function fill(unit: string, bytes = MEGABYTE): string[] {
  return new Array<string>(Math.floor(bytes / (unit.length + 1))).fill(unit)
}

describe('a file with endless problems', () => {
  it('lists a hundred of many warnings and counts the rest', () => {
    const keys = fill('"a":1')
    const result = timed(() => checkConfig(`{${keys.join()}}`))
    expect(result.ok).toBe(true)
    expect(result.issues).toHaveLength(101)
    // One for each repeat, one for the unknown key, one for the lack of outbounds.
    const missing = keys.length - 1 + 2 - 100
    const message = `${missing} more problems are not listed`
    expect(result.issues.at(-1)).toMatchObject({ severity: 'warning', path: '', message })
  })

  it('says what an unknown key was meant to be only as long as somebody reads it', () => {
    const keys = Array.from({ length: 60_000 }, (_, i) => `"inboundx${i}":1`)
    expect(timed(() => checkConfig(`{${keys.join()}}`)).issues).toHaveLength(101)
  })

  it('lists exactly a hundred without a remark', () => {
    const keys = Array.from({ length: 100 }, (_, i) => `"unheard${i}":1`)
    const result = checkConfig(`{"outbounds":[{"protocol":"freedom"}],${keys.join()}}`)
    expect(result.issues).toHaveLength(100)
    expect(result.issues.every(({ message }) => message === 'unknown key, ignored')).toBe(true)
  })

  it('keeps an error behind many warnings', () => {
    const result = checkConfig(`{${fill('"a":1', 10_000).join()},"inbounds":[1],"outbounds":[]}`)
    expect(result).toMatchObject({ ok: false, at: 'content', errors: 1 })
    const errors = result.issues.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ path }) => path)).toEqual(['/inbounds/0'])
  })

  it.each([
    ['/inbounds', `{"inbounds":[${fill('1', MEGABYTE / 8).join()}]}`],
    ['/outbounds', `{"outbounds":[${fill('{}', MEGABYTE / 8).join()}]}`],
    [
      'the clients of an inbound',
      `{"inbounds":[{"port":1,"protocol":"vmess","settings":{"clients":[${fill('{"id":"x{"}', MEGABYTE / 8).join()}]}}]}`,
    ],
  ])('stops reading %s after a thousand broken elements', (_name, text) => {
    const result = timed(() => checkConfig(text))
    expect(result).toMatchObject({ ok: false, at: 'content' })
    expect(result.ok ? 0 : result.errors).toBeGreaterThanOrEqual(1000)
    expect(result.ok ? 0 : result.errors).toBeLessThan(2100)
    expect(result.issues).toHaveLength(101)
  })

  it('counts all errors in the fault', () => {
    const fault = faultOf(() => parseConfig(`{"inbounds":[${fill('1', 600).join()}]}`, { file: 'a.json' }))
    expect(fault.code).toBe('CONFIG_INVALID')
    expect(fault.context).toMatchObject({ problems: 300 })
    expect(fault.why).toMatch(/^300 problems\n(.*\n){20}and 280 more$/)
  })

  it('shortens the path of a key that is megabytes long', () => {
    const [issue] = checkConfig(`{"${'k'.repeat(MEGABYTE)}":1}`).issues.filter(
      ({ path }) => path !== '/outbounds',
    )
    expect(issue?.path).toBe(`/${'k'.repeat(199)}…`)
  })
})

describe('what is compared across the file is looked up, not searched', () => {
  const inbound = '{"protocol":"vmess","tag":"x","settings":{"detour":{"to":"y"}}}'
  const outbound = '{"protocol":"freedom","tag":"x","proxySettings":{"tag":"y"}}'
  it.each([
    ['inbounds', inbound],
    ['outbounds', outbound],
  ])('%s', (key, unit) => {
    const text = `{"${key}":[${fill(unit, MEGABYTE / 2).join()}]}`
    expect(timed(() => checkText(text, { file: 'x.json' }))).not.toEqual([])
  })
})

describe('a long text is read in linear time', () => {
  const bytes = MEGABYTE
  it.each([
    ['one long string', `{"tag":"${'a'.repeat(bytes)}"}`, true],
    ['one string of escapes', `{"tag":"${'\\\\'.repeat(bytes / 2)}"}`, true],
    ['a string that never ends', `{"tag":"${'\\"'.repeat(bytes / 2)}`, false],
    ['a comment that never ends', `{}/*${' /*'.repeat(bytes / 3)}`, true],
    ['comments of one character', `${'#\n'.repeat(MEGABYTE / 4)}{}`, true],
    ['quotes and comments', `{"a":1}${'"/*'.repeat(MEGABYTE / 3)}`, true],
    ['brackets that never end', '['.repeat(MEGABYTE / 4), false],
  ])('with %s', (_name, text, ok) => {
    expect(timed(() => checkConfig(text)).ok).toBe(ok)
  })
})
