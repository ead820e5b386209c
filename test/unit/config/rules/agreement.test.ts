/** `serve --check` and `validate --target vmess` come to the same verdict. */
import { expect, it } from 'vitest'
import { checkText } from '../../../../src/config/check-text.js'
import { checkConfig } from '../../../../src/config/v2ray-json.js'
import { EXAMPLES } from './examples.js'

const texts = Object.entries(EXAMPLES).flatMap(([id, { bad, good }]) => [
  [`the bad example of ${id}`, bad] as const,
  [`the good example of ${id}`, good] as const,
])

it.each(texts)('%s', (_, text) => {
  const errors = checkText(text, { file: 'x', target: 'vmess' }).filter(
    ({ severity }) => severity === 'error',
  )
  expect({ ok: checkConfig(text).ok, rules: errors.map(({ rule }) => rule) }).toEqual({
    ok: errors.length === 0,
    rules: errors.map(({ rule }) => rule),
  })
})
