import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeOutputFile, writeOutputFiles } from '../../../src/operations/output-file.js'
import { readTextFile } from '../../../src/operations/text-input.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmess-output-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

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

describe('files that belong together', () => {
  const pair = (key: string, certificate: string) => [
    { path: join(folder, 'key.pem'), content: key, mode: 0o600 },
    { path: join(folder, 'cert.pem'), content: certificate, mode: 0o644 },
  ]

  test('replace both of an old pair, and leave nothing else', async () => {
    await writeOutputFiles(pair('old', 'old'), {})
    await writeOutputFiles(pair('new', 'new'), { force: true })
    expect(await readFile(join(folder, 'key.pem'), 'utf8')).toBe('new')
    expect((await readdir(folder)).sort()).toEqual(['cert.pem', 'key.pem'])
  })

  test('change nothing when one of them cannot be written: the old one stays, a new one goes', async () => {
    await mkdir(join(folder, 'cert.pem', 'inside'), { recursive: true })
    const failing = () => writeOutputFiles(pair('new', 'new'), { force: true })
    await expect(failing()).rejects.toMatchObject({ code: 'CLI_OUTPUT' })
    expect(await readdir(folder)).toEqual(['cert.pem'])
    await writeFile(join(folder, 'key.pem'), 'old')
    await expect(failing()).rejects.toMatchObject({ code: 'CLI_OUTPUT' })
    expect(await readFile(join(folder, 'key.pem'), 'utf8')).toBe('old')
    expect((await readdir(folder)).sort()).toEqual(['cert.pem', 'key.pem'])
  })

  test('keep the old pair when a third one has no place', async () => {
    await writeOutputFiles(pair('old', 'old'), {})
    const more = { path: join(folder, 'missing', 'x'), content: '', mode: 0o600 }
    const failing = writeOutputFiles([...pair('new', 'new'), more], { force: true })
    await expect(failing).rejects.toMatchObject({ code: 'CLI_OUTPUT' })
    expect(await readFile(join(folder, 'key.pem'), 'utf8')).toBe('old')
    expect((await readdir(folder)).sort()).toEqual(['cert.pem', 'key.pem'])
  })

  test('without force are not half there when the second name is taken meanwhile', async () => {
    const path = join(folder, 'a')
    const file = { path, content: 'x', mode: 0o600 }
    await expect(writeOutputFiles([file, file], {})).rejects.toMatchObject({ code: 'CLI_OUTPUT_EXISTS' })
    expect(await readdir(folder)).toEqual([])
  })
})

describe('what a killed write left behind', () => {
  test('goes with the next one when it is old, and nothing else does', async () => {
    const path = join(folder, 'profiles.json')
    const [old, young] = [
      join(folder, '.profiles.json.0123456789ab'),
      join(folder, '.profiles.json.ffffffffffff'),
    ]
    const others = ['.other.json.0123456789ab', '.profiles.json.backup', '.profiles.json.0123456789ab.x']
    const names = [old, young, ...others.map((name) => join(folder, name))]
    for (const name of names) await writeFile(name, 'half')
    const past = new Date(Date.now() - 2 * 60 * 60 * 1000)
    for (const name of names) if (name !== young) await utimes(name, past, past)
    await writeOutputFile(path, 'whole', { mode: 0o600 })
    const left = ['profiles.json', '.profiles.json.ffffffffffff', ...others]
    expect((await readdir(folder)).sort()).toEqual(left.sort())
    await writeFile(old, 'half')
    await utimes(old, past, past)
    await writeOutputFiles([{ path, content: 'again', mode: 0o600 }], { force: true })
    expect((await readdir(folder)).sort()).toEqual(left.sort())
  })
})

test('a name of several lines is told in one', async () => {
  const failing = writeOutputFile(join(folder, 'no\nsuch', 'file'), 'x', { mode: 0o600 })
  await expect(failing).rejects.toThrow(/no\\x0asuch/)
  await expect(readTextFile(join(folder, 'a\nb'))).rejects.toThrow(/a\\x0ab: no such file/)
})
