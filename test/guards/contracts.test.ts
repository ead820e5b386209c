/** Contracts are types: nothing of them is left in the program. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { expect, test } from 'vitest'
import { ROOT } from './examples.js'

const CONTRACTS = join(ROOT, 'src/contracts')

async function stripTypes(source: string): Promise<string> {
  const { code } = await transform(source, { loader: 'ts', legalComments: 'none' })
  return code.trim()
}

test.each(readdirSync(CONTRACTS))('%s holds no runtime value', async (file) => {
  expect(await stripTypes(readFileSync(join(CONTRACTS, file), 'utf8'))).toBe('')
})

test('a constant would be noticed', async () => {
  expect(await stripTypes('export type Size = number\nexport const SIZE: Size = 1')).toContain('SIZE')
})
