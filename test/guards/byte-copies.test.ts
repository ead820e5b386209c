/** Lent bytes are copied by something that copies. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { ModuleKind, ModuleResolutionKind, ScriptTarget } from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findByteSlices } from './byte-copies.js'
import { ROOT } from './examples.js'

const OPTIONS = {
  strict: true,
  skipLibCheck: true,
  target: ScriptTarget.ES2023,
  module: ModuleKind.NodeNext,
  moduleResolution: ModuleResolutionKind.NodeNext,
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules', '@types')],
}

const EXAMPLE = [
  'export const a = (bytes: Uint8Array): Uint8Array => bytes.slice()',
  'export const b = (bytes: Buffer | undefined): unknown => bytes?.subarray(2).slice(1)',
  'export const c = (text: string, list: readonly number[]): unknown => [text.slice(1), list.slice()]',
  'export const own = (): Uint8Array => { const bytes = new Uint8Array(4); return bytes.slice(1) }',
  'export const d = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.subarray(1))',
]

const folder = mkdtempSync(join(tmpdir(), 'guards-'))
const example = join(folder, 'example.ts')
let found: readonly string[]

beforeAll(() => {
  writeFileSync(example, EXAMPLE.join('\n'))
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(ROOT, 'src', file))
  // One program for both: most of the time goes into the libraries' types.
  found = findByteSlices([example, ...sources], OPTIONS)
}, 60_000)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('a slice of bytes that were handed in is found, of anything else not', () => {
  expect(found.filter((place) => place.startsWith(example))).toEqual([`${example}:1`, `${example}:2`])
})

test('the project has none', () => {
  const places = found.filter((place) => !place.startsWith(example))
  expect(places.map((place) => relative(ROOT, place))).toEqual([])
})
