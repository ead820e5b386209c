import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('V8 still knows the flag that the collector is relaxed with', () => {
  const source = readFileSync(new URL('../../../src/cli/collector.ts', import.meta.url), 'utf8')
  const flag = /--[a-z-]+(?==)/.exec(source)?.[0] ?? 'none'
  const { stdout } = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
  // An unknown one is ignored without a word.
  expect(stdout).toContain(`${flag} `)
})
