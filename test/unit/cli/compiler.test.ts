import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileEarly } from '../../../src/cli/compiler.js'

test('only a Node that compiles late is told to hurry', () => {
  expect(compileEarly('22.11.0')).toBe(false)
  expect(compileEarly('26.1.0')).toBe(false)
})

test.runIf(Number.parseInt(process.versions.node, 10) === 20)('Node 20 knows the flag', () => {
  const source = readFileSync(new URL('../../../src/cli/compiler.ts', import.meta.url), 'utf8')
  const flag = /--[a-z-]+(?==)/.exec(source)?.[0] ?? 'none'
  const { stdout } = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
  expect(stdout).toContain(`${flag} `)
  expect(compileEarly()).toBe(true)
})
