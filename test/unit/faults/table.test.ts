/** Every fault code is documented, thrown somewhere, and named by a test. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { areaOf, formatFaultPage } from '../../../scripts/fault-page.js'
import type { FaultEntry } from '../../../src/faults/entry.js'
import { FAULTS } from '../../../src/faults/table.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const THIS = 'table.test.ts'

/** The text of all files below these folders that `wanted` accepts. */
function readAll(folders: readonly string[], wanted: (path: string) => boolean): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    )
    .filter(wanted)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
}

const table = Object.entries<FaultEntry>(FAULTS)
const codes = Object.keys(FAULTS)
const source = readAll(
  ['src'],
  (path) => !path.includes(join('faults', 'codes')) && !path.endsWith(join('cli', 'exit-codes.ts')),
)
const tests = readAll(['test'], (path) => !path.endsWith(THIS) && !path.includes(join('guards', 'examples')))
const page = readFileSync(join(ROOT, 'docs/reference/faults.md'), 'utf8')

const namedByTests = new Set(tests.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g))

test('the reference page is what `npm run docs` writes', () => {
  expect(page).toBe(formatFaultPage())
})

describe('every code', () => {
  test('has a paragraph in the reference', () => {
    expect(codes.filter((code) => !page.includes(`### ${code}\n`))).toEqual([])
  })

  test('is thrown in src', () => {
    expect(codes.filter((code) => !source.includes(`'${code}'`))).toEqual([])
  })

  test('is named by a test', () => {
    expect(codes.filter((code) => !namedByTests.has(code))).toEqual([])
  })
})

test.each(table)('%s has the house voice: a phrase, then sentences, then a phrase', (_, entry) => {
  const { what, cause, hint }: FaultEntry = entry
  expect(what).not.toMatch(/\.$/)
  expect(cause).toMatch(/^[A-Z`].*[.:]$/s)
  if (hint !== undefined) expect(hint).not.toMatch(/\.$/)
})

test('each file of codes holds one area', () => {
  for (const file of readdirSync(join(ROOT, 'src/faults/codes'))) {
    const text = readFileSync(join(ROOT, 'src/faults/codes', file), 'utf8')
    const areas = [...text.matchAll(/^ {2}([A-Z][A-Z0-9_]+): \{/gm)].map(([, code = '']) => areaOf(code))
    expect(new Set(areas).size, file).toBeLessThanOrEqual(1)
  }
})
