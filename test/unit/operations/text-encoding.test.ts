import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readTextFile } from '../../../src/operations/text-input.js'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vmess-kit-text-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function put(bytes: Uint8Array): string {
  const path = join(folder, 'file')
  writeFileSync(path, bytes)
  return path
}

it.each([
  ['UTF-16 with its mark', Buffer.from('\uFEFF{}', 'utf16le'), 'is UTF-16 text'],
  ['UTF-16, the other way round', Buffer.from('\uFEFF{}', 'utf16le').swap16(), 'is UTF-16 text'],
  ['UTF-16 without a mark', Buffer.from('{ }', 'utf16le'), 'looks like UTF-16 text'],
  ['a binary file', Buffer.from('\x7fELF\x02\x01\x01\x00\x00', 'latin1'), 'is a binary file'],
  ['Latin-1', Buffer.from('{"a":"ü"}', 'latin1'), 'is no UTF-8 text'],
])('%s is named as such', async (_, bytes, said) => {
  await expect(readTextFile(put(bytes))).rejects.toMatchObject({
    code: 'CLI_FILE',
    why: expect.stringContaining(said),
  })
})

it('drops a byte order mark, or leaves it to those who want to see it', async () => {
  const path = put(Buffer.from('\uFEFF{}'))
  expect(await readTextFile(path)).toBe('{}')
  expect(await readTextFile(path, { keepMark: true })).toBe('\uFEFF{}')
})
