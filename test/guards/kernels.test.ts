/** The WebAssembly modules in `src/crypto` are what their generators write, and those notice if not. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RUN_LIMITS } from '../../src/crypto/backend.js'
import { CHACHA_KERNEL_LAYOUT } from '../../src/crypto/chacha-kernel.js'
import { GCM_KERNEL_LAYOUT } from '../../src/crypto/gcm-kernel.js'
import { ROOT } from './examples.js'

/** A copy of the generators, with room for altered modules. */
const folder = mkdtempSync(join(tmpdir(), 'kernels-'))

beforeAll(() => {
  cpSync(join(ROOT, 'scripts'), join(folder, 'scripts'), { recursive: true })
  mkdirSync(join(folder, 'src/crypto'), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe.each(['aesgcm-kernel', 'chacha-kernel', 'gcm-kernel', 'keccak-kernel', 'sha256-kernel'])(
  '%s',
  (name) => {
    const module = join('src/crypto', `${name}.ts`)
    const check = (root: string) =>
      spawnSync(process.execPath, [join(root, 'scripts', `${name}.mjs`), '--check'], { encoding: 'utf8' })

    test('is fresh', () => {
      expect(check(ROOT)).toMatchObject({ status: 0, stderr: '' })
    })

    test('is stale with one altered character', () => {
      const text = readFileSync(join(ROOT, module), 'utf8')
      writeFileSync(join(folder, module), text.replace("  'AGFzb", "  'AGFzc"))
      const { status, stderr } = check(folder)
      expect(status).toBe(1)
      expect(stderr).toContain('stale')
    })
  },
)

test('the gcm kernel has room for the largest run', () => {
  const { maxUnits, maxBytes, input, output, blocks, proof, units, pages } = GCM_KERNEL_LAYOUT
  expect({ bytes: maxBytes, units: maxUnits }).toEqual(RUN_LIMITS)
  // Loads and stores are of 16 bytes and may reach over the end of what they are for.
  expect(input - units).toBeGreaterThanOrEqual(8 * maxUnits)
  expect(output - input).toBeGreaterThanOrEqual(maxBytes + 16)
  expect(blocks - output).toBeGreaterThanOrEqual(maxBytes + 16)
  expect(proof - blocks).toBeGreaterThanOrEqual(maxBytes + 16 * maxUnits)
  expect(pages * 65_536 - proof).toBeGreaterThanOrEqual(maxBytes + 32 * maxUnits)
})

test('the chacha kernel has room for the largest run', () => {
  const { maxUnits, maxBytes, input, output, units, pages } = CHACHA_KERNEL_LAYOUT
  expect({ bytes: maxBytes, units: maxUnits }).toEqual(RUN_LIMITS)
  expect(input - units).toBeGreaterThanOrEqual(8 * maxUnits)
  // Four blocks are read and written at a time, from the place of the first, which holds no text, on.
  expect(output - input).toBeGreaterThanOrEqual(maxBytes + 256)
  // Sealed, a run of as many bytes has a tag for each unit.
  expect(pages * 65_536 - output).toBeGreaterThanOrEqual(maxBytes + 16 * maxUnits + 256)
})
