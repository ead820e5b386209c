import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { writeOutputFile } from '../../../src/operations/output-file.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmess-output-'))
})

describe('a new file', () => {
  test('holds the content and has exactly the mode that was asked for', async () => {
    const path = join(folder, 'server.json')
    await writeOutputFile(path, 'text', { mode: 0o600 })
    expect(await readFile(path, 'utf8')).toBe('text')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['server.json'])
  })
})

describe('a file that is there', () => {
  test('is left alone without force', async () => {
    const path = join(folder, 'server.json')
    await writeFile(path, 'old')
    await expect(writeOutputFile(path, 'new', { mode: 0o600 })).rejects.toMatchObject({
      code: 'CLI_OUTPUT_EXISTS',
    })
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['server.json'])
  })

  test('is replaced with force, mode included', async () => {
    const path = join(folder, 'server.json')
    await writeFile(path, 'old', { mode: 0o644 })
    await writeOutputFile(path, Buffer.from('new'), { mode: 0o600, force: true })
    expect(await readFile(path, 'utf8')).toBe('new')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['server.json'])
  })
})

describe('a place that cannot be written', () => {
  test('a missing folder is named', async () => {
    const path = join(folder, 'missing', 'server.json')
    const failing = writeOutputFile(path, 'text', { mode: 0o600 })
    await expect(failing).rejects.toMatchObject({ code: 'CLI_OUTPUT' })
    await expect(failing).rejects.toThrow('the folder does not exist')
  })

  test('a folder in the way leaves nothing behind', async () => {
    const failing = writeOutputFile(folder, 'text', { mode: 0o600, force: true })
    await expect(failing).rejects.toMatchObject({ code: 'CLI_OUTPUT' })
    expect(await readdir(folder)).toEqual([])
  })
})
