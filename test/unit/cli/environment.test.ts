import { closeSync, fstatSync, openSync } from 'node:fs'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { environment } from '../../../src/cli/environment.js'

let file: number
beforeEach(() => {
  file = openSync(new URL(import.meta.url), 'r')
})
afterEach(() => {
  vi.unstubAllEnvs()
  closeSync(file)
})

it.each([
  ['the stream that JOURNAL_STREAM names is the journal', 0n, true],
  ['another, of which a child merely inherits the name, is not', 1n, false],
] as const)('%s', (_what, offset, expected) => {
  const { dev, ino } = fstatSync(file, { bigint: true })
  vi.stubEnv('JOURNAL_STREAM', `${dev}:${ino + offset}`)
  expect(environment.isJournal(file)).toBe(expected)
})

it('no stream is the journal without JOURNAL_STREAM, and a closed one never', () => {
  vi.stubEnv('JOURNAL_STREAM', undefined)
  expect(environment.isJournal(file)).toBe(false)
  vi.stubEnv('JOURNAL_STREAM', '1:2')
  expect(environment.isJournal(999_999)).toBe(false)
})
