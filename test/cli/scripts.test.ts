import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runScript, ScriptError, titleOf } from './script.js'

const FOLDER = fileURLToPath(new URL('scripts/', import.meta.url))

describe('scripts', () => {
  for (const file of readdirSync(FOLDER).sort()) {
    const text = readFileSync(`${FOLDER}${file}`, 'utf8')
    it(titleOf(text), () => runScript(text))
  }
})

describe('the script runner notices', () => {
  it.each([
    ['a command that fails', '<bin> uuid --nonsense'],
    ['a command that should fail and does not', '! <bin> uuid'],
    ['a phrase that is not there', "<bin> uuid\nstdout 'nothing of the kind'"],
    ['a phrase that should not be there', "<bin> uuid\nstdout ! '-'"],
    ['output where none is expected', '<bin> uuid\nstdout empty'],
    ['an expression without a match', '<bin> uuid\nstdout matches /^x/'],
    ['another JSON value', '<bin> uuid --json\nstdout json ok false'],
    ['another exit code', '! <bin> nonsense\nexit 1'],
    ['an instruction it does not know', '<bin> uuid\nstdot empty'],
  ])('%s', async (_what, lines) => {
    await expect(runScript(`# broken on purpose\n${lines}`)).rejects.toThrow(ScriptError)
  })
})
