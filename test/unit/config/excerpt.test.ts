import { expect, it } from 'vitest'
import { checkText } from '../../../src/config/check-text.js'
import { excerptOf, hideSecrets } from '../../../src/config/excerpt.js'

const ID = '9f1b6c2e-4d0a-4c57-8e3b-6a2d7f90c1e4'

function lastExcerpt(text: string) {
  const finding = checkText(text, { file: 'x' }).find(({ rule }) => rule === 'VM-K01')
  if (finding === undefined) throw new Error('no finding')
  return excerptOf(text, finding)
}

it('points at the place in its line', () => {
  expect(lastExcerpt('{\n  "outbounds": [],\n    "unheard": 1\n}')).toEqual({
    text: '"unheard": 1',
    column: 0,
    length: 9,
  })
})

it('shows the part of a very long line that is near', () => {
  const excerpt = lastExcerpt(
    `{"log":{"access":"none"${' '.repeat(100_000)},"unheard":1}${' '.repeat(100_000)}}`,
  )
  expect(excerpt.text.length).toBeLessThanOrEqual(90)
  expect(excerpt.text.slice(excerpt.column, excerpt.column + excerpt.length)).toBe('"unheard"')
})

it('hides ids, passwords, seeds and keys, and keeps the columns', () => {
  const line = `{"id": "${ID}", "x": "${ID}", "pass": "a\\"b", "seed":"s", "K": "${'Ab1+'.repeat(16)}"}`
  const hidden = hideSecrets(line)
  expect(hidden).toHaveLength(line.length)
  expect(hidden).toContain('"x": "9f1b****')
  for (const secret of [ID, '6a2d7f90c1e4', 'a\\"b', '"s"', 'Ab1+Ab1+']) expect(hidden).not.toContain(secret)
})
