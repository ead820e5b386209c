/** The WebAssembly module in `src/crypto` is what its generator writes, and the generator notices if not. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { RUN_LIMITS } from '../../src/crypto/backend.js'
import { GCM_KERNEL_LAYOUT } from '../../src/crypto/gcm-kernel.js'
import { ROOT } from './examples.js'

const GENERATOR = 'scripts/gcm-kernel.mjs'
const GENERATED = 'src/crypto/gcm-kernel.ts'

const folder = mkdtempSync(join(tmpdir(), 'kernel-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const check = (root: string) =>
  spawnSync(process.execPath, [join(root, GENERATOR), '--check'], { encoding: 'utf8' })

test('the module is fresh', () => {
  expect(check(ROOT)).toMatchObject({ status: 0, stderr: '' })
})

test('one altered character is noticed', () => {
  for (const part of ['scripts', 'src/crypto']) mkdirSync(join(folder, part), { recursive: true })
  cpSync(join(ROOT, GENERATOR), join(folder, GENERATOR))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const text = readFileSync(join(ROOT, GENERATED), 'utf8')
  writeFileSync(join(folder, GENERATED), text.replace('maxUnits: 512', 'maxUnits: 513'))
  const { status, stderr } = check(folder)
  expect(status).toBe(1)
  expect(stderr).toContain('stale')
})

test('the module has room for the largest run', () => {
  const { maxUnits, maxBytes, input, output, blocks, units, pages } = GCM_KERNEL_LAYOUT
  expect({ bytes: maxBytes, units: maxUnits }).toEqual(RUN_LIMITS)
  // Loads and stores are of 16 bytes and may reach over the end of what they are for.
  expect(input - units).toBeGreaterThanOrEqual(8 * maxUnits)
  expect(output - input).toBeGreaterThanOrEqual(maxBytes + 16)
  expect(blocks - output).toBeGreaterThanOrEqual(maxBytes + 16)
  expect(pages * 65_536 - blocks).toBeGreaterThanOrEqual(maxBytes + 16 * maxUnits)
})
