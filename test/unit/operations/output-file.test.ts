import { lstat, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { writeOutputFile, writeOutputFiles } from '../../../src/operations/output-file.js'

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

  test.each([
    ['one', (path: string) => writeOutputFile(path, 'new', { mode: 0o600, force: true })],
    ['several', (path: string) => writeOutputFiles([{ path, content: 'new', mode: 0o600 }], { force: true })],
  ])('is replaced behind a symbolic link, which stays: %s', async (_, write) => {
    await writeFile(join(folder, 'real.json'), 'old')
    const path = join(folder, 'link.json')
    await symlink('real.json', path)
    await write(path)
    expect((await lstat(path)).isSymbolicLink()).toBe(true)
    expect(await readFile(join(folder, 'real.json'), 'utf8')).toBe('new')
    expect((await readdir(folder)).sort()).toEqual(['link.json', 'real.json'])
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

  test.skipIf(process.platform === 'win32').each([
    ['one', (path: string) => writeOutputFile(path, 'new', { mode: 0o600, force: true })],
    ['several', (path: string) => writeOutputFiles([{ path, content: 'new', mode: 0o600 }], { force: true })],
  ])('a device is no file to replace, though it is only linked to: %s', async (_, write) => {
    const path = join(folder, 'device')
    await symlink('/dev/null', path)
    const failing = write(path)
    await expect(failing).rejects.toMatchObject({ code: 'CLI_OUTPUT' })
    await expect(failing).rejects.toThrow('it is no ordinary file')
    expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true)
    expect(await readdir(folder)).toEqual(['device'])
  })

  test('a symbolic link to itself is named', async () => {
    const path = join(folder, 'loop')
    await symlink('loop', path)
    await expect(writeOutputFile(path, 'new', { mode: 0o600, force: true })).rejects.toMatchObject({
      code: 'CLI_OUTPUT',
    })
  })
})
