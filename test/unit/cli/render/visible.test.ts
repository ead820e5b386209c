import { expect, it } from 'vitest'
import { PLAIN } from '../../../../src/cli/paint.js'
import { renderFailure } from '../../../../src/cli/render/failure.js'
import { renderLogLine } from '../../../../src/cli/render/log-line.js'
import { renderServer } from '../../../../src/cli/render/serve.js'
import { visible, visibleJson } from '../../../../src/cli/render/visible.js'

const HOSTILE = 'a\u001b[2J\n\u009b\u202e\u2028\u{e0041}é'
const SHOWN = 'a\\x1b[2J\\x0a\\x9b\\u{202e}\\u{2028}\\u{e0041}é'

it('spells what cannot be seen, and leaves the rest', () => {
  expect(visible(HOSTILE)).toBe(SHOWN)
})

it('leaves a JSON document the same', () => {
  const json = visibleJson(JSON.stringify(HOSTILE))
  expect(json).toMatch(/^[\x20-\x7eé]+$/)
  expect(JSON.parse(json)).toBe(HOSTILE)
})

it('is applied to failures, log lines and emails', () => {
  const hostile = HOSTILE.replace('\n', '')
  const shown = SHOWN.replace('\\x0a', '')
  expect(renderFailure({ code: 'X', message: hostile, hints: [hostile], exitCode: 2 }, PLAIN)).toBe(
    ` ›   Error: ${shown}\n ›   Code: X\n ›   Try this: ${shown}\n`,
  )
  expect(renderLogLine({ level: 'info', message: HOSTILE }, { paint: PLAIN, human: false })).toBe(
    `info ${SHOWN}`,
  )
  const facts = { listeners: [], users: 1, links: [{ email: HOSTILE, link: 'vmess://x' }] }
  expect(renderServer(facts as never, { paint: PLAIN, withLink: true })).toContain(`link ${SHOWN}  vmess://x`)
})
