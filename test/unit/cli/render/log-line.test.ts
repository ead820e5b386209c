import { describe, expect, it } from 'vitest'
import { PLAIN } from '../../../../src/cli/paint.js'
import { renderLogLine } from '../../../../src/cli/render/log-line.js'

const TIME = '2026-05-01T12:34:56.789Z'

describe('a log line', () => {
  it('for a person begins with the time of day', () => {
    const record = { level: 'info', time: TIME, message: 'ready', port: 80 }
    expect(renderLogLine(record, { paint: PLAIN, human: true })).toBe('12:34:56 info    ready port=80')
  })

  it('quotes values that would not stay one word', () => {
    const record = { level: 'info', message: 'm', a: 'two words', b: 'x=y', c: 'say "hi"', d: '' }
    expect(renderLogLine(record, { paint: PLAIN, human: false })).toBe(
      'info m a="two words" b="x=y" c="say \\"hi\\"" d=""',
    )
  })

  it('lets nothing from the wire move the cursor or begin a line', () => {
    const record = { level: 'info', message: 'a\nb\u001b[2J', name: 'x\u001b[1A\u009b', host: 'a\u0007b c' }
    const line = renderLogLine(record, { paint: PLAIN, human: false })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
    expect(line).toContain('a\\x0ab\\x1b[2J')
  })
})
