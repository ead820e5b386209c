import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { formatDialectPage } from '../../../scripts/dialect-page.js'
import { DIALECT_IDS } from '../../../src/dialects/dialect-ids.js'
import { FIELD_NAMES, PROFILE_FIELDS } from '../../../src/dialects/profile-fields.js'

const PAGE = new URL('../../../docs/reference/dialects.md', import.meta.url)

it('the reference page is what `npm run docs` writes', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(formatDialectPage())
})

it('the reference page has every field and every dialect', () => {
  const page = formatDialectPage()
  for (const name of FIELD_NAMES) expect(page).toContain(PROFILE_FIELDS[name].title)
  for (const id of DIALECT_IDS) expect(page).toMatch(new RegExp(`^\\| field \\|.* ${id} \\|`, 'm'))
})
