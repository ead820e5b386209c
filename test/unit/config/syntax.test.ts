import { describe, expect, it } from 'vitest'
import { blankComments } from '../../../src/text/comments.js'
import { checkConfig } from '../../../src/config/v2ray-json.js'

/** The first complaint about a text, as `line:column message`. */
function firstProblem(text: string): string {
  const [issue] = checkConfig(text).issues.filter(({ severity }) => severity === 'error')
  return issue === undefined ? 'accepted' : `${issue.line}:${issue.column} ${issue.message}`
}

describe('what V2Ray reads (config §1.1)', () => {
  const ACCEPTED: readonly [string, string][] = [
    ['a comment to the line feed', '{ // x " } \n"log": {} }'],
    ['a hash comment after a value', '{"log": {} # it\'s "here"\n}'],
    ['a block comment with line feeds', '{ /* a\n * b " \n*/ "log": {} }'],
    ['a star beside the opening slash', '{ /*/ still inside */ "log": {} }'],
    ['comment marks inside a string', '{"log": {"access": "//a#b/*c*/"}}'],
    ['an escaped quote before comment marks', '{"log": {"access": "\\"//a"}}'],
    ['a block comment never closed behind the value', '{} /* …'],
    ['a line comment without its line feed', '{} // …'],
    ['text after the value', '{} } trailing {'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['a byte order mark', '\uFEFF{}'],
    ['keys in any case', '{"LOG": {"LogLevel": "debug"}}'],
  ]
  it.each(ACCEPTED)('accepts %s', (_, text) => {
    expect(firstProblem(text)).toBe('accepted')
  })
})

describe('what V2Ray refuses, with the place in the file as it stands', () => {
  const REFUSED: readonly [string, string, string][] = [
    ['an empty file', '', '1:1 the file is empty'],
    ['white space only', ' \n\t', '1:1 the file is empty'],
    ['comments only', '// nothing', '1:1 the file is empty'],
    [
      'a comment that ends with a lone CR',
      '{ // x\r"log": {} }',
      '1:1 this { is never closed; the file ends before',
    ],
    ['a comma before a brace', '{\n  "log": {},\n}', '2:12 a comma before the closing }'],
    ['a comma before a bracket', '{"inbounds": [{},]}', '1:17 a comma before the closing ]'],
    ['that comma behind a comment', '{"log": {}, // x\n}', '1:11 a comma before the closing }'],
    ['an unquoted key', '{log: {}}', '1:2 a key without double quotes, or a word JSON does not know'],
    ['single quotes', "{'log': {}}", '1:2 a string in single quotes'],
    ['typographic quotes', '{“log”: {}}', '1:2 a typographic quote'],
    ['a non-breaking space', '{\u00A0}', '1:2 a non-breaking space outside a string'],
    ['a hexadecimal number', '{"port": 0x1}', '1:11 JSON does not allow this here'],
    ['a leading plus', '{"port": +1}', '1:10 JSON does not allow this here'],
    ['a lone slash', '{"port": / 1}', '1:10 JSON does not allow this here'],
    ['a raw line feed in a string', '{"log": "a\nb"}', '1:9 a string is not closed on its line'],
    ['a tab in a string', '{"log": "a\tb"}', '1:9 a string holds a raw control character'],
    ['a bad escape', '{"log": "C:\\logs"}', '1:9 a string holds an escape that JSON does not know'],
    ['a bad unicode escape', '{"log": "\\u12x4"}', '1:9 a \\u escape needs four hex digits'],
    ['a missing comma', '{"a": 1\n "b": 2}', '2:2 a comma or the closing bracket is expected here'],
    ['a missing colon', '{"a" 1}', '1:6 a colon is expected after the key'],
    ['a missing value', '{"a": }', '1:7 a value is expected here'],
    ['an early end', '{\n "inbounds": [ {} ', '2:14 this [ is never closed; the file ends before'],
    ['a number that ends early', '{"a": 1.}', '1:7 a number ends too early'],
    ['a share link', 'vmess://e30=', '1:1 this is a link, not a configuration'],
    ['a web page', '<!doctype html>', '1:1 this is a web page or XML, not a configuration'],
    ['YAML', 'proxies:\n  - name: a', '1:1 this looks like YAML'],
    ['TOML', '[inbounds]\nport = 1', '1:1 this looks like TOML'],
  ]
  it.each(REFUSED)('refuses %s', (_, text, problem) => {
    expect(firstProblem(text)).toBe(problem)
    expect(checkConfig(text)).toMatchObject({ ok: false, at: 'syntax' })
  })

  it('says that the comma has to go', () => {
    const [issue] = checkConfig('{"log": {},}').issues
    expect(issue?.hint).toBe('remove the comma; V2Ray refuses it too')
  })

  it('points at the character after a byte order mark as the first', () => {
    expect(firstProblem('\uFEFF{,}')).toBe('1:2 a key in double quotes is expected here')
  })

  it('refuses 100 000 brackets without exhausting the stack', () => {
    expect(firstProblem('['.repeat(100_000))).toBe('1:101 nested deeper than 100 levels')
    expect(firstProblem('{"a":'.repeat(100_000))).toBe('1:501 nested deeper than 100 levels')
  })

  it('reads nesting up to the limit', () => {
    const text = `{"x": ${'['.repeat(99)}${']'.repeat(99)}}`
    expect(firstProblem(text)).toBe('accepted')
  })

  it('refuses more than 8 MiB, counted in bytes', () => {
    const padding = 'é'.repeat(4 * 1024 * 1024)
    expect(firstProblem(`{} ${padding}`)).toBe('1:1 the file is larger than 8388608 bytes')
    expect(firstProblem(`{} ${padding.slice(2)}`)).toBe('accepted')
  })
})

describe('blankComments', () => {
  it('keeps every offset and every line end', () => {
    const text = '{ // a\r\n"b": /* c\n */ 1 # d\n}'
    const bare = blankComments(text)
    expect(bare).toBe('{     \r\n"b":     \n    1    \n}')
    expect(bare.length).toBe(text.length)
  })
})

describe('text after the value', () => {
  it('is warned about at its first character', () => {
    expect(checkConfig('{}\n // fine\n  {"log": {}}')).toMatchObject({
      ok: true,
      issues: [
        expect.objectContaining({ message: 'no outbound: every connection will be dropped' }),
        {
          severity: 'warning',
          path: '',
          line: 3,
          column: 3,
          message: 'text after the end of the configuration is ignored',
        },
      ],
    })
  })
})
