import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCredential, remarkOnId } from '../../../src/operations/credential.js'
import { makeFolder } from '../../support/spawned-program.js'

async function* stdin(text = ''): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

function fileWith(text: string, mode: number): string {
  const path = join(makeFolder(), 'id.txt')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

describe('a credential', () => {
  it('is what the flag says, before file and environment', async () => {
    const sources = { id: 'flag', environment: 'env', stdin: stdin() }
    expect(await readCredential(sources)).toEqual({ id: 'flag' })
  })

  it('is what the file holds, before the environment', async () => {
    const sources = { file: fileWith(' an-id \n\n', 0o600), environment: 'env', stdin: stdin() }
    expect(await readCredential(sources)).toEqual({ id: 'an-id' })
  })

  it('is what standard input holds', async () => {
    expect(await readCredential({ file: '-', stdin: stdin('an-id\r\n') })).toEqual({ id: 'an-id' })
  })

  it('is what the environment holds, if anything', async () => {
    expect(await readCredential({ environment: 'env', stdin: stdin() })).toEqual({ id: 'env' })
    expect(await readCredential({ environment: '', stdin: stdin() })).toBeUndefined()
  })

  it.skipIf(process.platform === 'win32')('comes with a warning when others can read the file', async () => {
    const file = fileWith('an-id', 0o640)
    expect(await readCredential({ file, stdin: stdin() })).toEqual({
      id: 'an-id',
      warning: `others can read ${file}; run: chmod 600 ${file}`,
    })
  })

  it.each(['', 'one\ntwo\n'])('is not in a file that holds %j', async (text) => {
    const sources = { file: fileWith(text, 0o600), stdin: stdin() }
    await expect(readCredential(sources)).rejects.toMatchObject({ code: 'CLI_FILE' })
  })
})

describe('a remark on an id', () => {
  it('is not due for a UUID', () => {
    expect(remarkOnId('b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d')).toBeUndefined()
  })

  it.each(['alice', 'ada', 'node-7'])('says that %s is a name', (id) => {
    expect(remarkOnId(id)).toMatch(/^name mapped to a UUID/)
  })

  it.each([
    'b3f1c2d4-5e6f-4a7b-8c9d',
    'b3f1c2d4',
    'b3f1c2d45e6f4a7b8c9d0e1f2a3b4g',
    'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5g',
    '',
  ])('%j is refused', (id) => {
    expect(() => remarkOnId(id)).toThrow(expect.objectContaining({ code: 'VMESS_ID' }))
  })
})
