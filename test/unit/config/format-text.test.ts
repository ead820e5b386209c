import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatConfigText } from '../../../src/config/format-text.js'
import { getNodeValue } from '../../../src/config/node-value.js'
import { parseSyntax } from '../../../src/config/syntax.js'
import { faultOf } from '../../support/fault-of.js'

function format(text: string): string {
  return formatConfigText(text, 'c.json')
}

function meaningOf(text: string): unknown {
  const parsed = parseSyntax(text)
  return parsed.ok ? getNodeValue(parsed.root) : undefined
}

describe('a configuration tidied', () => {
  it('has its keys in one order, whatever their case, unknown ones behind', () => {
    const text = '{"x": 1, "OUTBOUNDS": [], "log": {"error": "e", "loglevel": "info"}, "inbounds": [1]}'
    expect(format(text)).toBe(
      [
        '{',
        '  "log": {',
        '    "loglevel": "info",',
        '    "error": "e"',
        '  },',
        '  "inbounds": [1],',
        '  "OUTBOUNDS": [],',
        '  "x": 1',
        '}',
        '',
      ].join('\n'),
    )
  })

  it('orders settings by the protocol that they are of', () => {
    const text = '{"inbounds": [{"settings": {"udp": true, "auth": "noauth"}, "protocol": "SOCKS"}]}'
    expect(format(text).replace(/\s/g, '')).toBe(
      '{"inbounds":[{"protocol":"SOCKS","settings":{"auth":"noauth","udp":true}}]}',
    )
  })

  it('keeps comments with what they stand at', () => {
    const text = [
      '# head',
      '{ // open',
      '  "outbounds": [ // these',
      '    "b" /* last */ ],',
      '  /* above',
      '     log */',
      '  "log": /* in between */ {} # behind',
      '  // left over',
      '} // end',
    ].join('\n')
    expect(format(text)).toBe(
      [
        '# head',
        '{',
        '  /* above',
        '     log */',
        '  /* in between */',
        '  "log": {}, # behind',
        '  // open',
        '  "outbounds": [',
        '    // these',
        '    "b" /* last */',
        '  ]',
        '  // left over',
        '}',
        '// end',
        '',
      ].join('\n'),
    )
  })

  it('keeps the spelling of values, and keys that stand there twice', () => {
    expect(format('{"a": 1.0e3, "a": "\\u00e9"}')).toBe('{\n  "a": 1.0e3,\n  "a": "\\u00e9"\n}\n')
  })

  it('breaks lists that do not fit a line', () => {
    const long = JSON.stringify({ x: Array.from({ length: 20 }, (_, i) => `value ${i}`) })
    expect(format(long).split('\n')).toHaveLength(25)
  })

  it('keeps text that stands behind it', () => {
    expect(format('{} {"more": 1}')).toBe('{}\n{"more": 1}')
  })

  it('refuses what is no JSON, with its place', () => {
    expect(faultOf(() => format('{\n  "a": 1,\n}'))).toMatchObject({ code: 'CONFIG_SYNTAX' })
    expect(faultOf(() => format('{\n  "a": 1,\n}')).why).toMatch(/^c\.json:\d+:\d+: /)
  })

  const comment = fc.constantFrom(' // c1\n', ' /* c2 */ ', '\n# c3\n', '\n/* c4\n */\n', ' ', '')

  it('means the same, loses no comment, and is the same when it is tidied again', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.array(comment, { minLength: 4, maxLength: 12 }),
        (value, notes) => {
          let turn = 0
          const text = JSON.stringify({ inbounds: value, x: value }).replace(
            /[{}[\],:](?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)/g,
            (mark) => {
              turn++
              return `${mark}${notes[turn % notes.length]}`
            },
          )
          const tidy = format(text)
          expect(meaningOf(tidy)).toEqual(meaningOf(text))
          expect(format(tidy)).toBe(tidy)
          for (const name of ['c1', 'c2', 'c3', 'c4']) {
            expect(tidy.split(name).length).toBe(text.split(name).length)
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})
