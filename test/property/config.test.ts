import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blankComments } from '../../src/text/comments.js'
import { checkConfig } from '../../src/config/v2ray-json.js'

const KEYS = [
  'log inbounds outbounds inbound inboundDetour port listen protocol settings clients users id alterId level email',
  'security vnext address streamSettings network tcpSettings header type policy levels system stats routing rules',
  'mux enabled allocate strategy accounts auth response redirect dns hosts servers __proto__ constructor',
].flatMap((line) => line.split(' '))
const WORDS = [
  'vmess',
  'socks',
  'http',
  'mixed',
  'dokodemo-door',
  'freedom',
  'blackhole',
  'tcp',
  'auto',
  '0',
  '1000-1001',
]

/** Values that look like configurations: known keys, known words, anything in between. */
const configLike = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...WORDS),
    fc.jsonValue({ maxDepth: 1 }),
    fc.integer({ min: -1, max: 70_000 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 6 }),
  ),
})).value

function expectOrdered(text: string): void {
  const { issues } = checkConfig(text)
  const lines = text.split('\n')
  for (const { line, column, message } of issues) {
    expect(message).not.toBe('')
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(lines.length)
    expect(column).toBeGreaterThanOrEqual(1)
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
  }
}

describe('checkConfig', () => {
  it('gives a configuration or issues for any JSON, and never throws', () => {
    fc.assert(
      fc.property(configLike, (value) => expectOrdered(JSON.stringify(value, null, 1))),
      { numRuns: 500 },
    )
  })

  it('gives issues for any text', () => {
    const soup = fc.array(fc.constantFrom(...'{}[]",:/*#\\\n\'tn1-.e \u0000é'), { maxLength: 60 })
    fc.assert(
      fc.property(soup, (parts) => expectOrdered(parts.join(''))),
      { numRuns: 500 },
    )
  })

  it('finds a configuration exactly where it finds no error', () => {
    fc.assert(
      fc.property(configLike, (value) => {
        const result = checkConfig(JSON.stringify(value))
        expect(result.ok).toBe(result.issues.every(({ severity }) => severity === 'warning'))
      }),
    )
  })

  it('says the same whatever comments stand between the tokens', () => {
    const comment = fc.constantFrom(' ', '/* " */', '# "\n', '// }\n', '/*/ */')
    fc.assert(
      fc.property(configLike, comment, (value, between) => {
        const plain = JSON.stringify(value, null, 1)
        const commented = plain.replace(/\n/g, between)
        const messages = (text: string): string[] =>
          checkConfig(text).issues.map((issue) => issue.path + issue.message)
        expect(messages(commented)).toEqual(messages(plain))
      }),
    )
  })
})

describe('blankComments', () => {
  it('keeps the length and every line end', () => {
    const soup = fc.array(fc.constantFrom('/', '*', '#', '"', '\\', '\n', '\r', 'a'), { maxLength: 80 })
    fc.assert(
      fc.property(soup, (parts) => {
        const text = parts.join('')
        const bare = blankComments(text)
        expect(bare.length).toBe(text.length)
        expect([...bare.matchAll(/[\r\n]/g)].map(({ index }) => index)).toEqual(
          [...text.matchAll(/[\r\n]/g)].map(({ index }) => index),
        )
      }),
    )
  })
})
