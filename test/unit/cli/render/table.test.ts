import { expect, test } from 'vitest'
import { renderTable } from '../../../../src/cli/render/table.js'

test('columns stand under their heads, wide characters counted by what they take', () => {
  const text = renderTable(
    [{ head: 'name' }, { head: 'ms', align: 'right' }],
    [
      ['東京', '12'],
      ['a', '7'],
    ],
  )
  expect(text).toBe(['name  ms', '東京  12', 'a      7'].join('\n'))
})

test('a cell cannot steer the terminal or begin a line', () => {
  expect(renderTable([{ head: 'name' }], [['\x1b[2Ja\nb']])).toContain('\\x1b[2Ja\\x0ab')
})
