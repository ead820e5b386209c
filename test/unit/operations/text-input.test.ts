import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { readTextFile, readTextStream } from '../../../src/operations/text-input.js'
import { makeFolder } from '../../support/spawned-program.js'

const LIMIT = 8 * 1024 * 1024

let folder: string

beforeEach(() => {
  folder = makeFolder()
})

async function* stream(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part
}

describe('a text', () => {
  it('comes from a file, a byte order mark dropped', async () => {
    writeFileSync(join(folder, 'a.txt'), '\ufeffgrüße')
    expect(await readTextFile(join(folder, 'a.txt'))).toBe('grüße')
  })

  it('comes from a stream, whatever its pieces', async () => {
    const bytes = Buffer.from('é')
    expect(await readTextStream(stream('a', bytes.subarray(0, 1), bytes.subarray(1)), 'input')).toBe('aé')
  })

  it.each([
    ['missing.txt', 'no such file'],
    ['.', 'it is a directory'],
    ['a.txt/b', 'a part of the path is no directory'],
  ])('%s cannot be read: %s', async (name, reason) => {
    writeFileSync(join(folder, 'a.txt'), '')
    const path = `${folder}/${name}`
    await expect(readTextFile(path)).rejects.toMatchObject({ code: 'CLI_FILE', why: `${path}: ${reason}` })
  })

  it('that is no UTF-8 is refused', async () => {
    const read = readTextStream(stream(Uint8Array.of(0xc3, 0x28)), 'input')
    await expect(read).rejects.toMatchObject({ code: 'CLI_FILE', why: 'input is no UTF-8 text' })
  })

  it('has at most 8 MiB', async () => {
    const whole = Buffer.alloc(LIMIT, 'x')
    expect((await readTextStream(stream(whole), 'input')).length).toBe(LIMIT)
    await expect(readTextStream(stream(whole, 'x'), 'input')).rejects.toMatchObject({ code: 'CLI_FILE_SIZE' })
  })
})
